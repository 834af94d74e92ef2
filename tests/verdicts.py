"""Two hundred names that are not the list's own, or whose p-code a published file gives otherwise, each looked at by hand.

All 99 such names of UNHCR's demographics (Refugee Data Finder, 2025 edition, with admin level), all eleven of the 3W
tables of Afghanistan, Somalia, South Sudan and Sudan, and Ukrainian oblasts and raions in Cyrillic letters (humanitarian
needs overview 2023), drawn once. The code is that of the unit each name means, read off the list of p-codes.
"""

from __future__ import annotations

from typing import Final

# country, level, parent: name as published=the unit it means
VERDICTS: Final[dict[tuple[str, int, str | None], str]] = {
    ("AFG", 1, None): "Badghes=AF31; Herat=AF32; Kunarha=AF15; Nemroz=AF34; Noristan=AF16; Pakteka=AF12",
    ("AFG", 2, "Paktika"): "WazAKAHh=AF1217",
    ("ARG", 1, None): "Ciudad Autonoma De Buenos Aires=AR002",
    ("BLR", 1, None): "Minsk=BY004",
    ("CHN", 1, None): (
        "Anhui=CN034; Beijing=CN011; Chongqing=CN050; Fujian=CN035; Guangdong=CN044; Hebei=CN013; "
        "Heilongjiang=CN023; Henan=CN041; Hubei=CN042; Hunan=CN043; Inner Mongolia=CN015; Jiangsu=CN032; "
        "Jiangxi=CN036; Liaoning=CN021; Shandong=CN037; Shanghai=CN031; Shanxi=CN014; Sichuan=CN051; Tianjin=CN012; "
        "Yunnan=CN053; Zhejiang=CN033"
    ),
    ("CMR", 2, None): "Kadei=CM003003",
    ("COL", 1, None): "San Andres y Providencia=CO88",
    ("CUB", 1, None): "Havana=CU09",
    ("DJI", 1, None): "Djibouti=DJ04",
    ("ECU", 2, None): (
        "Alfredo Baquerizo Moreno=EC0902; Bolivar (within Admin 1: Carchi )=EC0402; "
        "Bolivar (within Admin 1: Manabi )=EC1302; Crnel. Marcelino Mariduena=EC0923; "
        "Gnral. Antonio Elizalde=EC0927; Olmedo (within Admin 1: Manabi )=EC1318; Quito=EC1701"
    ),
    ("GMB", 1, None): "Banjul=GM01; Kanifing=GM05",
    ("HTI", 1, None): "Nord=HT03; Nord Est=HT04; Nord Ouest=HT09; Ouest=HT01; Sud=HT07; Sud Est=HT02",
    ("KAZ", 1, None): "Almaty=KAZ004",
    ("KWT", 1, None): "Ahmadi=KW01; Al Asimah=KW04; Farwaniya=KW02; Jahra=KW03",
    ("LBN", 1, None): "Hermel/Baalbek=LB8; South Lebanon=LB6",
    ("LBN", 2, None): (
        "Aakar=LB51; Aaley=LB31; Bcharreh=LB53; Bent Jbayl=LB41; Hasbaiya=LB42; Jbayl=LB34; Kesrouane=LB35; "
        "Miniyeh-Danniyeh=LB55; Rachaiya=LB23; Zahleh=LB25"
    ),
    ("MEX", 1, None): "Ciudad de México=MX09",
    ("MLI", 1, None): "Koulikouro=ML02",
    ("MOZ", 1, None): "Maputo=MZ05",
    ("NAM", 2, None): "Soweto=NA0605",
    ("NGA", 1, None): "Fct=NG015",
    ("NGA", 2, None): "Bekwarra=NG009006",
    ("NPL", 1, None): "Koshi Province=NP01",
    ("PAN", 1, None): "Comarca Kuna Yala=PA08; Comarca Ngabe Bugle=PA10",
    ("PNG", 1, None): "Sandaun=PG15; Western=PG01",
    ("POL", 1, None): "Lódzkie=PL010; Malopolskie=PL012",
    ("SDN", 2, "Aj Jazirah"): "Janub Aj Jazirah=SD15031; Sharg Aj Jazirah=SD15033",
    ("SDN", 2, "Kassala"): "Reifi Kassala=SD11056",
    ("SDN", 2, "West Darfur"): "For Baranga=SD04121",
    ("SDN", 2, "West Kordofan"): "Lagawa=SD18102",
    ("SOM", 1, None): "Juba Dhexe=SO27; Juba Hoose=SO28; Nugal=SO17; Shabelle Dhexe=SO21; Shabelle Hoose=SO23",
    ("SOM", 2, None): "Kismayo=SO2801; Lasqoray=SO1503",
    ("SSD", 2, "Unity"): "Mayiendit=SS0605; Panyijar=SS0607; Pariang (Ruweng)=SS0608",
    ("TGO", 2, None): "Tandjouare=TG0515",
    ("TJK", 1, None): (
        "Dushanbe Region=3501000; Gorno-Badakhshan Autonomous Region=3590000; Khatlon Region=3507000; "
        "Sughd Region=3505000"
    ),
    ("TJK", 2, None): "Rasht District=3509036; Rudaki District=3509058",
    ("UKR", 1, None): (
        "Вінницька=UA05; Волинська=UA07; Дніпропетровська=UA12; Донецька=UA14; Житомирська=UA18; Закарпатська=UA21; "
        "Запорізька=UA23; Івано-Франківська=UA26; Київська=UA32; Кіровоградська=UA35; Луганська=UA44; "
        "Львівська=UA46; Миколаївська=UA48; Одеська=UA51; Полтавська=UA53; Рівненська=UA56; Сумська=UA59; "
        "Тернопільська=UA61; Харківська=UA63; Херсонська=UA65; Хмельницька=UA68; Черкаська=UA71; Чернівецька=UA73; "
        "Чернігівська=UA74"
    ),
    ("UKR", 2, None): (
        "Білогірський=UA0104; Євпаторійський=UA0108; Керченський=UA0110; Курманський=UA0112; "
        "Сімферопольський=UA0116; Могилів-Подільський=UA0508; Тульчинський=UA0510; Хмільницький=UA0512; "
        "Камінь-Каширський=UA0704; Дніпровський=UA1202; Кам’янський=UA1204; Синельниківський=UA1214; "
        "Горлівський=UA1406; Донецький=UA1408; Маріупольський=UA1414; Покровський=UA1416; Бердичівський=UA1802; "
        "Коростенський=UA1806; Берегівський=UA2102; Ужгородський=UA2110; Бердянський=UA2302; Запорізький=UA2306; "
        "Мелітопольський=UA2308; Верховинський=UA2602; Надвірнянський=UA2612; Бориспільський=UA3204; "
        "Бучанський=UA3208; Голованівський=UA3502; Новоукраїнський=UA3506; Олександрійський=UA3508; "
        "Довжанський=UA4404; Ровеньківський=UA4408; Сєвєродонецький=UA4412; Старобільський=UA4414; "
        "Щастинський=UA4416; Львівський=UA4606; Самбірський=UA4608; Стрийський=UA4610; Червоноградський=UA4612; "
        "Яворівський=UA4614; Вознесенський=UA4804; Миколаївський=UA4806; Білгород-Дністровський=UA5104; "
        "Одеський=UA5110; Роздільнянський=UA5114; Кременчуцький=UA5302; Лубенський=UA5304; Миргородський=UA5306; "
        "Полтавський=UA5308; Дубенський=UA5604; Охтирський=UA5904; Роменський=UA5906; Шосткинський=UA5910; "
        "Кременецький=UA6102; Чортківський=UA6106; Ізюмський=UA6304; Куп'янський=UA6308; Лозівський=UA6310; "
        "Чугуївський=UA6314; Бериславський=UA6502; Херсонський=UA6510; Шепетівський=UA6806; Чернівецький=UA7306; "
        "Корюківський=UA7402; Ніжинський=UA7404; Новгород-Сіверський=UA7406"
    ),
    ("UZB", 1, None): "Tashkent city=UZ26",
    ("VEN", 1, None): "Vargas=VE24",
    ("YEM", 1, None): (
        "Al Dhale'e=YE30; Al Hudaydah=YE18; Amanat Al Asimah=YE13; Hadramaut=YE19; Marib=YE26; Sa'ada=YE22; Taizz=YE15"
    ),
}
# where the file with UNHCR's names gives the code of another unit: what it gives, and why it is the wrong one
FILE_IS_WRONG: Final = {
    ("BLR", "Minsk"): ("BY005", "the file has Minsk City beside it"),
    ("KAZ", "Almaty"): ("KAZ005", "the file has Almaty Region beside it"),
    ("LBN", "South Lebanon"): ("LB3", "LB3 is Mount Lebanon"),
    ("MOZ", "Maputo"): ("MZ06", "the file has Maputo City beside it"),
    ("UZB", "Tashkent city"): ("UZ27", "UZ27 is the region"),
}
