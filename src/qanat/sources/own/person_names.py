"""Whether words are the names of persons: by given names common among displaced and hosting people, and by family endings.

A list of given names says nothing of anybody: it holds no family and no person. It only helps to tell a column of people
from one of camps or organisations, which look the same to a machine.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from qanat.figures.folding import words

_GIVEN: Final = (
    # Arabic, Persian, Pashto, Turkish, Somali, Hausa, Swahili in Latin letters
    "mohamed mohammed muhammad mohammad mohamad muhammed mahamat mamadou mohamud maxamed ahmed ahmad ahmet axmed ali omar umar "
    "cumar osman othman cusmaan usman abdullah abdallah abdulla abdulahi abdullahi abdi abdou abdul abdirahman abdulrahman abdel "
    "abdelrahman ibrahim ebrahim ibraahim ismail yusuf yousef youssef yusef yuusuf hassan hasan xasan hussein husain hussain xuseen "
    "khalid khaled mahmoud mahmud mustafa mostafa moustapha salim saleh salah said saeed sayed karim kareem jamal jamila hamid hamida "
    "hamza bilal tariq nasir nasser rashid farid farida walid samir samira amina aminata aisha ayesha aicha caasha fatima fatma "
    "fatimah fatuma faduma fatoumata khadija khadijah khadra mariam maryam maryama miriam zainab zeinab zaynab zahra zahraa "
    "halima halimo hawa hawo hodan ifrah sahra asha nadia layla leila laila salma noor nour nur nura yasmin jasmin rania rana "
    "huda hoda mona muna sara sarah hana hanan iman eman amal amina sumaya safia safiya naima rahma saida zulaikha rahima sakina "
    "gul bibi shah mirza haji najib najibullah habib habibullah rahmatullah nazir zahir wali ghulam mehmet fatma ayse emine hatice "
    "zeynep moussa musa muse issa isa idris adam adama yahya zakaria sulayman suleiman sulaiman daud dawood haruna sani aminu "
    "bashir garba ladi hauwa "
    # English, French, Spanish, Portuguese and their use in Africa and the Americas
    "john james peter paul david joseph daniel michael samuel simon stephen thomas william george robert richard charles moses "
    "emmanuel isaac abraham joshua gabriel elijah mary maria marie grace ruth esther rebecca rachel elizabeth margaret susan "
    "anna anne joyce alice jane janet helen agnes martha mercy faith hope jennifer patricia linda jean pierre jacques francois "
    "claude andre michel philippe louis luc marc mathieu josephine jeanne therese christine francoise catherine pascal patrick "
    "olivier innocent dieudonne chantal claudine espérance josé juan carlos luis miguel jorge pedro manuel francisco jesus "
    "antonio rafael alejandro fernando ricardo eduardo roberto diego andres sergio oscar victor ramon julio mario javier rosa "
    "carmen ana luisa juana teresa isabel gloria martha yolanda sandra claudia adriana paola carolina andrea valentina daniela "
    "sofia lucia elena beatriz angela yuliana yesenia wilmer yorman jhon joao paulo "
    # South Sudan, Ethiopia, Eritrea, Great Lakes
    "deng akol garang majok malual nyandeng achol akec abuk adut nyakim gatluak gatwech nyaruach lado keji wani abebe kebede "
    "tesfaye haile girma alemu bekele tadesse mulugeta hiwot almaz tigist meron selam yohannes tekle gebre kidane habtom "
    "uwimana mukamana niyonzima ndayishimiye habimana "
    # South and South-East Asia
    "rahman begum khatun bibi noor hossain islam kumar ram lakshmi devi aung zaw kyaw thida khin "
    # Ukrainian and Russian in Latin letters
    "oleksandr olexandr aleksandr oleksii andrii andriy serhii sergiy volodymyr vladimir mykola nikolai ivan vasyl petro yurii "
    "yuriy dmytro dmitry viktor bohdan taras pavlo roman ihor igor maksym olena elena oksana natalia nataliia tetiana tatiana "
    "iryna irina olha olga svitlana svetlana liudmyla kateryna halyna yuliia mariia anastasiia nadiia larysa valentyna vira "
    # Arabic and Persian letters
    "محمد احمد علي عمر عثمان حسن حسين خالد محمود مصطفى صالح سعيد سالم كريم جمال حميد حمزة بلال طارق ناصر رشيد فريد وليد سمير "
    "يوسف ابراهيم اسماعيل عبدالله عبد عبدالرحمن موسى عيسى ادريس يحيى زكريا سليمان داود امينة عائشة فاطمة خديجة مريم زينب زهراء "
    "حليمة نادية ليلى سلمى نور ياسمين رانيا هدى منى سارة هناء حنان ايمان امل سمية صفية نعيمة رحمة سعاد خليل جاسم عباس كاظم "
    "حیدر رضا غلام گل نجیب "
    # Cyrillic letters
    "олександр олексій андрій сергій володимир микола іван василь петро юрій дмитро віктор богдан тарас павло роман ігор максим "
    "олена оксана наталія тетяна ірина ольга світлана людмила катерина галина юлія марія анна анастасія надія лариса валентина "
    "віра александр алексей андрей сергей владимир николай иван василий пётр юрий дмитрий елена наталья татьяна ирина светлана "
    "екатерина мария"
)
# endings of patronymics and family names; those of places and districts are others (-ivska, -skyi)
_FAMILY: Final = re.compile(
    r"(ovych|evych|ovich|evich|ivna|yivna|ovna|evna|enko|chuk|ович|евич|івна|ївна|овна|евна|енко|чук|юк|зад[еа]|zadeh|oğlu)$"
)
_OF_NO_PERSON: Final = (
    "san santa santo sao saint sainte camp site school ecole escuela hospital clinic centre center village town city street "
    "road bridge block zone district province region county state municipality commune north south east west upper lower "
    "river lake mount mountain island valley plan response project programme program fund foundation fondation association "
    "organization organisation committee council ministry department agency international national action development "
    "humanitarian relief health education protection water food shelter nutrition support services service network group "
    "company bank university institute church mosque caritas initiative initiatives aid care society union federation "
    "and und et for of pour para مخيم مدرسة مستشفى منظمة جمعية قرية مدينة مركز الاستجابة табір школа лікарня село місто фонд"
)
_LETTERS: Final = re.compile(r"[^\W\d_]+(?:['’`ʼ.-][^\W\d_]*)*")


@cache
def _given() -> frozenset[str]:
    return frozenset(word for said in _GIVEN.split() for word in words(said))


@cache
def _of_no_person() -> frozenset[str]:
    return frozenset(word for said in _OF_NO_PERSON.split() for word in words(said)) | frozenset(
        {"and", "et", "of", "for"}
    )


def shaped_like_name(cell: str) -> bool:
    """Whether a cell is two to five words of letters only."""
    said = cell.replace(",", " ").split()
    return 2 <= len(said) <= 5 and len(cell) <= 60 and all(_LETTERS.fullmatch(word) for word in said)


def named(cell: str) -> bool:
    """Whether a cell of that shape has a given name, or a family's ending, and no word for a place or an organisation."""
    said = words(cell)
    if not _of_no_person().isdisjoint(said):
        return False
    return any(word in _given() or _FAMILY.search(word) for word in said)


def given(cell: str) -> bool:
    """Whether a cell is one given name."""
    said = words(cell)
    return len(said) == 1 and said[0] in _given()


def mentions(text: str) -> bool:
    """Whether a text has a given name among its words."""
    return not _given().isdisjoint(words(text))
