"""Words about places that no source gives: short names, other spellings, articles, the people without a country.

Names in the six UN languages come from the taxonomy; what stands here is added to it. A word given to two places is
meant to be ambiguous: asking by it lists both.
"""

from __future__ import annotations

from typing import Final

from qanat.figures.words import STATELESS, UNKNOWN_ORIGIN

# what figures name and ISO 3166 does not: code, kind, en, fr, es, ar, ru, zh, UNHCR's code
OWN: Final = (
    ("WLD", "world", "World", "Monde", "Mundo", "العالم", "Мир", "世界", None),
    (STATELESS, "people", "Stateless", "Apatrides", "Apátridas", "عديمو الجنسية", "Лица без гражданства", "无国籍人", "STA"),
    (UNKNOWN_ORIGIN, "people", "Unknown or various origins", "Origines inconnues ou diverses", "Orígenes desconocidos o varios", "أصول مجهولة أو متنوعة", "Неизвестное или разное происхождение", "来源不明或多样", "UKN"),
    ("XTB", "people", "Tibetan", "Tibétains", "Tibetanos", "تبتيون", "Тибетцы", "藏人", "TIB"),
    ("XKX", "area", "Kosovo (S/RES/1244)", "Kosovo (S/RES/1244)", "Kosovo (S/RES/1244)", "كوسوفو (S/RES/1244)", "Косово (S/RES/1244)", "科索沃 (S/RES/1244)", None),
    ("XCX", "area", "Channel Islands", "Îles Anglo-Normandes", "Islas del Canal", "جزر القنال", "Нормандские острова", "海峡群岛", None),
    ("AB9", "area", "Abyei Area", "Zone d'Abyei", "Zona de Abyei", "منطقة أبيي", "Район Абьей", "阿卜耶伊地区", None),
)  # fmt: skip

# rows of UNHCR's list that are no further place
UNHCR_LEFT_OUT: Final = {
    "CRB": "has neither country nor name",
    "CUR": "a second code for Curaçao beside CUW, without name or region",
}

# en, fr, es, ar, ru, zh, where the taxonomy has no UN names
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "TWN": ("China, Taiwan Province of China", "Chine, province chinoise de Taïwan", "China, provincia china de Taiwán", "الصين، مقاطعة تايوان الصينية", "Китай, провинция Тайвань", "中国台湾省"),
}  # fmt: skip

# English names for charts and prose where the UN's own is long
SHORT: Final[dict[str, str]] = {
    "BIH": "Bosnia and Herzegovina", "BOL": "Bolivia", "BRN": "Brunei", "CAF": "Central African Republic", "COD": "DR Congo", "COG": "Congo",
    "FLK": "Falkland Islands (Malvinas)", "FSM": "Micronesia", "GBR": "United Kingdom", "HKG": "Hong Kong (China)", "IRN": "Iran",
    "KOR": "Republic of Korea", "LAO": "Lao PDR", "MAC": "Macao (China)", "MDA": "Moldova", "MKD": "North Macedonia", "NLD": "Netherlands",
    "PRK": "DPR Korea", "RUS": "Russia", "STP": "Sao Tome and Principe", "SYR": "Syria", "TWN": "Taiwan Province of China",
    "TZA": "Tanzania", "USA": "United States", "VCT": "Saint Vincent and the Grenadines", "VEN": "Venezuela", "VGB": "British Virgin Islands",
    "VIR": "US Virgin Islands",
}  # fmt: skip

# an English sentence says "the" before these short names; "Sudan" and "Niger" are written without
ARTICLE: Final = frozenset({
    "AB9", "ALA", "ARE", "ATF", "BHS", "CAF", "CCK", "COD", "COK", "COM", "CYM", "DOM", "FLK", "FRO", "GBR", "GMB", "IMN", "IOT", "KOR", "LAO",
    "MDV", "MHL", "MNP", "NLD", "PHL", "PRK", "PSE", "SLB", "TCA", "UMI", "USA", "VAT", "VGB", "VIR", "WLF", "XCX",
})  # fmt: skip

ALSO: Final[dict[str, tuple[str, ...]]] = {
    "AB9": ("Abyei", "أبيي", "Абьей", "阿卜耶伊"),
    "ARE": ("Emirates", "Émirats", "Emiratos", "الإمارات", "ОАЭ", "阿联酋", "EAU"),
    "ATA": ("Антарктида",),
    "BEN": ("بنين",),
    "BGD": ("Bangladés",),
    "BHR": ("Baréin",),
    "BHS": ("Багамы",),
    "BIH": ("Bosnia", "Bosnie", "Босния", "البوسنة", "波黑"),
    "BLR": ("Belorussia", "Byelorussia", "Biélorussie", "Bielorrusia", "Белоруссия"),
    "BMU": ("Bermudas",),
    "BOL": ("玻利维亚",),
    "BRN": ("Brunei", "Brunéi", "Бруней", "文莱", "بروناي"),
    "BTN": ("Bután",),
    "BWA": ("Botsuana",),
    "CAF": ("Центрально-Африканская Республика", "Central Africa", "Centrafrique", "RCA", "Centroáfrica", "ЦАР", "أفريقيا الوسطى", "中非"),
    "CHE": ("Schweiz", "Svizzera"),
    "CHL": ("تشيلي",),
    "CHN": ("People's Republic of China", "PR China", "PRC", "République populaire de Chine", "República Popular China", "КНР", "中华人民共和国"),
    "CIV": ("Ivory Coast", "Cote dIvoire", "RCI", "Costa de Marfil", "Берег Слоновой Кости", "ساحل العاج", "象牙海岸"),
    "COD": ("Congo", "Конго", "الكونغو", "刚果", "DRC", "D.R. Congo", "Congo DR", "Congo-Kinshasa", "Zaire", "RDC", "RD Congo", "République démocratique du Congo", "RD del Congo", "ДР Конго", "ДРК", "Конго-Киншаса", "الكونغو الديمقراطية", "الكونغو كينشاسا", "民主刚果", "刚果（金）"),
    "COG": ("Congo-Brazzaville", "Congo Rep", "République du Congo", "República del Congo", "Республика Конго", "Конго-Браззавиль", "جمهورية الكونغو", "الكونغو برازافيل", "刚果共和国", "刚果（布）"),
    "COM": ("Коморы",),
    "CPV": ("Cape Verde", "Cap-Vert", "Острова Зеленого Мыса", "الرأس الأخضر"),
    "CZE": ("Czech Republic", "République tchèque", "República Checa", "Чешская Республика", "التشيك", "捷克共和国"),
    "DEU": ("Deutschland", "Federal Republic of Germany", "ФРГ"),
    "DJI": ("Yibuti",),
    "DOM": ("جمهورية الدومينيكان",),
    "ECU": ("الإكوادور",),
    "ESP": ("España",),
    "FJI": ("Fiyi",),
    "FLK": ("Falklands", "Malvinas", "Îles Malouines", "Malouines", "Islas Malvinas", "Фолклендские острова", "جزر فوكلاند", "福克兰群岛"),
    "FSM": ("密克罗尼西亚", "Федеративные Штаты Микронезии"),
    "GAB": ("الغابون",),
    "GBR": ("UK", "U.K.", "United Kingdom", "Great Britain", "Britain", "Royaume-Uni", "Grande-Bretagne", "Reino Unido", "Gran Bretaña", "Великобритания", "Соединенное Королевство", "المملكة المتحدة", "بريطانيا", "英国"),
    "GNB": ("Guinea-Bisáu",),
    "GRL": ("غرينلاند",),
    "GUF": ("غويانا الفرنسية",),
    "HKG": ("Hong Kong", "Гонконг", "هونغ كونغ", "香港"),
    "IRN": ("Persia", "伊朗"),
    "IRQ": ("Irak",),
    "ISR": ("إسرائيل",),
    "JOR": ("Hashemite Kingdom of Jordan",),
    "KAZ": ("Kazajistán",),
    "KEN": ("Kenia",),
    "KGZ": ("Kyrgyz Republic", "Kirghizstan", "Киргизия"),
    "KHM": ("Kampuchea",),
    "KIR": ("كيريباتي",),
    "KNA": ("Saint-Christophe-et-Niévès", "San Cristóbal y Nieves", "سانت كيتس ونيفيس"),
    "KOR": ("Korea", "Corée", "Corea", "Корея", "كوريا", "South Korea", "ROK", "Corée du Sud", "Corea del Sur", "Южная Корея", "كوريا الجنوبية", "韩国"),
    "LAO": ("Laos", "Lao", "Лаос", "لاوس", "老挝"),
    "LBR": ("ليبيريا",),
    "LBY": ("Libyan Arab Jamahiriya",),
    "LKA": ("سريلانكا", "Ceylon",),
    "LSO": ("Lesoto",),
    "LUX": ("لوكسمبورغ",),
    "MAC": ("Macau", "Макао", "ماكاو", "澳门"),
    "MDA": ("Moldavia", "Moldavie", "Moldova", "Молдова", "Молдавия", "مولدوفا", "摩尔多瓦"),
    "MDV": ("جزر المالديف", "Мальдивы",),
    "MKD": ("Macedonia", "FYR Macedonia", "FYROM", "The former Yugoslav Republic of Macedonia", "Macédoine", "Македония", "مقدونيا", "马其顿"),
    "MLT": ("مالطا",),
    "MMR": ("Myanmar (Burma)", "Myanmar (Birmanie)", "Myanmar (Birmania)", "Мьянма (Бирма)", "ميانمار (بورما)", "Burma", "Birmanie", "Birmania", "Бирма", "بورما", "缅甸联邦"),
    "MOZ": ("موزمبيق",),
    "MWI": ("Malaui",),
    "NLD": ("Holland", "Pays-Bas", "Países Bajos", "Holanda", "Hollande", "Нидерланды", "Голландия", "هولندا", "荷兰"),
    "NZL": ("Nueva Zelanda",),
    "PLW": ("Palaos",),
    "PRK": ("Korea", "Corée", "Corea", "Корея", "كوريا", "North Korea", "DPR Korea", "Corée du Nord", "Corea del Norte", "КНДР", "Северная Корея", "كوريا الشمالية", "朝鲜"),
    "PSE": ("الأراضي الفلسطينية", "Палестинские территории", "巴勒斯坦领土", "Palestine", "oPt", "Palestinian Territories", "Occupied Palestinian Territories", "Palestinian", "Palestina", "Territoires palestiniens", "Territorios Palestinos", "Палестина", "فلسطين", "巴勒斯坦"),
    "QAT": ("Catar",),
    "REU": ("روينيون",),
    "ROU": ("Rumania", "Roumania"),
    "RUS": ("Russia", "Russie", "Rusia", "Россия", "РФ", "روسيا", "俄罗斯"),
    "RWA": ("Ruanda",),
    "SAU": ("KSA", "Arabia Saudí", "السعودية"),
    "SHN": ("St Helena",),
    "SRB": ("Serbia (and Kosovo: S/RES/1244 (1999))",),
    "STP": ("ساو تومي وبرينسيبي", "São Tomé and Príncipe", "Sao Tome"),
    "SUR": ("Surinam",),
    "SWZ": ("Swaziland", "Souaziland", "Swazilandia", "Esuatini", "Свазиленд", "سوازيلند", "斯威士兰王国"),
    "SYC": ("سيشل",),
    "SYR": ("Syria", "Syrie", "Siria", "Сирия", "سوريا", "سورية", "叙利亚"),
    "TCA": ("Turks and Caicos",),
    "THA": ("تايلاند",),
    "TLS": ("East Timor", "Timor oriental", "Timor", "Восточный Тимор", "东帝汶共和国"),
    "TTO": ("Trinidad",),
    "TUR": ("Turkey", "Turquie", "Turquía", "Turkiye"),
    "TWN": ("Taiwan", "Taiwán", "Тайвань", "تايوان", "台湾"),
    "TZA": ("Tanzania", "Tanzanie", "Танзания", "تنزانيا", "坦桑尼亚"),
    "UKR": ("أوكرانيا",),
    "URY": ("أورغواي",),
    "USA": ("US", "USA", "U.S.", "United States", "États-Unis", "Estados Unidos", "EE. UU.", "EEUU", "США", "Соединенные Штаты", "الولايات المتحدة", "美国"),
    "VAT": ("Vatican", "Vatican City", "Cité du Vatican", "Ciudad del Vaticano", "Ватикан", "الفاتيكان", "梵蒂冈"),
    "VCT": ("St Vincent",),
    "VEN": ("委内瑞拉",),
    "VGB": ("Virgin Islands",),
    "VIR": ("Virgin Islands",),
    "VNM": ("Vietnam", "فيتنام"),
    "XTB": ("Tibetans",),
    "XXA": ("Stateless persons", "Stateless people", "Apatride", "Apátrida", "عديم الجنسية"),
    "XXX": ("Unknown", "Various", "Unknown origin", "Various/unknown", "Various / unknown origin", "Inconnu", "Desconocido", "غير معروف", "Неизвестно", "未知"),
    "ZAF": ("RSA", "ЮАР", "Южно-Африканская Республика"),
    "ZWE": ("Zimbabue", "زيمبابوي"),
}  # fmt: skip
