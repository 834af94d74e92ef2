"""Heads of columns that hold facts of persons, in the languages case lists are written in.

Phrases are compared word by word without case, accents, articles and prepositions (figures.folding).
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Literal

from qanat.figures.folding import words

Kind = Literal["name", "phone", "document", "birth", "position", "email", "address", "case", "person"]

# English, French, Spanish, Arabic, Ukrainian; Portuguese, Russian, Turkish and Persian where they differ
_NAME: Final = (
    "full name; first name; last name; middle name; given name; family name; surname; forename; maiden name; name surname; "
    "beneficiary name; name beneficiary; client name; patient name; person name; name person; applicant name; child name; "
    "name child; mother name; father name; name mother; name father; spouse name; caregiver name; name caregiver; "
    "head household name; name head household; household head name; hoh name; name hoh; respondent name; name respondent; "
    "key informant name; name key informant; informant name; interviewer name; enumerator name; name enumerator; "
    "data collector name; head household; head family; refugee name; name refugee; idp name; asylum seeker name; alias; nickname; contact name; name contact; contact person; focal point; focal person; focal point name; "
    "prenom; prenoms; surnom; nom refugie; nom deplace; nom demandeur; nom enfant; nom patient; nom eleve; nom repondant; nom tuteur; chef menage; nom prenom; nom prenoms; nom famille; nom complet; nom beneficiaire; nom chef menage; nom mere; nom pere; nom enqueteur; "
    "personne contact; nom contact; point focal; postnom; "
    "apellido; apellidos; nombres; nombre apellido; nombre completo; nombre beneficiario; primer nombre; nombre madre; "
    "nombre padre; nombre refugiado; nombre desplazado; nombre nino; jefe hogar; jefa hogar; jefe familia; cabeza familia; apodo; persona contacto; punto focal; nome completo; sobrenome; nome mae; "
    "الاسم الكامل; الاسم الرباعي; الاسم الثلاثي; الاسم الأول; اسم الأب; اسم الأم; اسم العائلة; الاسم واللقب; اللقب; الكنية; "
    "اسم المستفيد; اسم رب الأسرة; اسم الشخص; نقطة الاتصال; جهة الاتصال; اسم الطفل; الاسم الشخصي; نام خانوادگی; نام پدر; "
    "піб; п і б; прізвище; імя; ім'я; по батькові; прізвище ім'я; контактна особа; фио; фамилия; отчество; контактное лицо; "
    "ad soyad; adi soyadi; soyadi; anne adi; baba adi"
)
_PHONE: Final = (
    "phone; phone number; telephone; tel; mobile; mobile number; cell; cellphone; msisdn; whatsapp; telegram; gsm; "
    "contact number; contact no; fax; telephone portable; portable; no tel; n tel; numero telephone; telefono; celular; movil; "
    "telefone; هاتف; رقم الهاتف; جوال; رقم الجوال; موبايل; تلفون; رقم التواصل; واتساب; телефон; мобільний; номер телефону; "
    "мобильный; telefon; cep telefonu; شماره تلفن"
)
_DOCUMENT: Final = (
    "passport; passport number; passport no; id number; id no; id num; id card; national id; nationalid; nid; identity card; "
    "identity number; identity document; document number; document no; ssn; tax number; tax id; visa number; driving licence; "
    "tazkira; iqama; passeport; carte identite; numero identite; piece identite; cni; numero piece; n piece; n passeport; numero document; nina; "
    "pasaporte; cedula; dni; curp; documento; documento identidad; numero documento; cpf; passaporte; "
    "جواز السفر; رقم الجواز; رقم الهوية; الهوية; البطاقة الشخصية; الرقم الوطني; رقم البطاقة; رقم الوثيقة; بطاقة الهوية; "
    "паспорт; серія номер; номер паспорта; рнокпп; іпн; ід картка; номер документа; инн; снилс; kimlik no; tc kimlik; pasaport no"
)
_BIRTH: Final = (
    "date birth; birth date; birthdate; birthday; dob; year birth; birth year; born; born on; date naissance; annee naissance; "
    "ne le; nee le; fecha nacimiento; ano nacimiento; data nascimento; تاريخ الميلاد; تاريخ الولادة; سنة الميلاد; سنة الولادة; "
    "дата народження; рік народження; дата рождения; год рождения; dogum tarihi; تاریخ تولد"
)
_EMAIL: Final = (
    "email; e mail; mail; email address; courriel; adresse electronique; correo; correo electronico; بريد الكتروني; "
    "البريد الالكتروني; البريد الإلكتروني; ايميل; електронна пошта; ел пошта; імейл; электронная почта; eposta; e posta"
)
_ADDRESS: Final = (
    "address; home address; street; street address; house number; shelter number; tent number; adresse; rue; domicile; "
    "direccion; domicilio; calle; endereco; عنوان; العنوان; عنوان السكن; رقم الخيمة; رقم المنزل; адреса; вулиця; адрес; улица; "
    "adres; آدرس"
)
_CASE: Final = (
    "case number; case no; case id; case num; registration number; registration no; registration id; reg no; reg number; "
    "individual id; individual number; individual no; person id; beneficiary id; beneficiary number; client id; patient id; progres id; "
    "progres number; family id; family number; household id; household number; hh id; hhid; file number; ration card; scope id; "
    "ration card number; card number; numero dossier; n dossier; n enregistrement; no dossier; numero enregistrement; no enregistrement; id menage; "
    "numero cas; id beneficiaire; numero registro; numero caso; numero expediente; expediente; id beneficiario; id hogar; "
    "رقم التسجيل; رقم الملف; رقم القضية; رقم الحالة; رقم الأسرة; رقم المستفيد; رقم العائلة; номер справи; реєстраційний номер; "
    "номер реєстрації; номер заявки; регистрационный номер; номер дела; dosya no; kayit no"
)
_POSITION: Final = (
    "gps; latitude; longitude; lat; lon; long; lng; coordinates; geolocation; geopoint; gps latitude; gps longitude; "
    "coordonnees; latitud; longitud; coordenadas; خط العرض; خط الطول; إحداثيات; الاحداثيات; широта; довгота; координати; "
    "долгота; координаты; enlem; boylam"
)
_PHRASES: Final[tuple[tuple[Kind, str], ...]] = (
    ("email", _EMAIL), ("phone", _PHONE), ("birth", _BIRTH), ("document", _DOCUMENT), ("case", _CASE), ("name", _NAME),
    ("position", _POSITION), ("address", _ADDRESS),
)  # fmt: skip
_PERHAPS: Final = "name; names; nom; noms; nombre; nome; الاسم; اسم; اسماء; назва; особа; имя; isim; نام; contact; contacts; contacto; people; person; persons; personne; persona; refugee; refugees; refugie; beneficiary; beneficiaries; beneficiaire; beneficiario; magaca; jina; suna; ስም; ሙሉ ስም; အမည်; নাম"
# what a name, a number or an address is of, when it is of no person; words for sums of people and money
_OF_NO_PERSON: Final = (
    "org organisation organization organisations organizations organismo organizacion partner partners partenaire agency "
    "agence agencia ngo ong donor bailleur donante project projet proyecto programme program activity activite actividad "
    "site camp campamento settlement village town city ville ciudad facility school ecole escuela hospital clinic centre center "
    "centro place location localidad localite ubicacion lieu lugar district distrito province provincia region state estado county municipio municipality "
    "municipalite commune comuna parroquia departamento departement gouvernorat governorate quartier barrio vereda corregimiento zone raion oblast "
    "wilaya woreda kebele payam boma country pays pais adm adm1 adm2 adm3 adm4 admin "
    "admin1 admin2 admin3 admin4 pcode p code cluster sector secteur indicator indicateur crossing bcp route dataset "
    "usd eur amount value requirement requirements funding budget population people total montant valor monto gdp cost "
    "lga vdc tehsil upazila cercle territoire oblast hromada "
    "منظمة منظمات مخيم موقع مدرسة مستشفى محافظة مديرية ناحية قرية دولة مشروع قطاع جهة شريك "
    "організація організації партнер область район громада місто село заклад школа лікарня табір проєкт"
)
_IN_CHARGE: Final = (
    "chief chiefs chef jefe leader leaders headman sheikh cheikh mukhtar manager director directeur responsable president representative "
    "teacher doctor imam pastor respondent informant enumerator رئيس شيخ مختار مدير عمدة голова керівник"
)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def head_words(head: str) -> tuple[str, ...]:
    """The words of a head: "DateOfBirth" and "date_of_birth" are both date, birth."""
    return tuple(words(_CAMEL.sub(" ", head)))


@cache
def _phrases() -> tuple[tuple[Kind, tuple[tuple[str, ...], ...]], ...]:
    return tuple((kind, tuple(tuple(words(phrase)) for phrase in said.split(";"))) for kind, said in _PHRASES)


@cache
def _perhaps() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(words(phrase)) for phrase in _PERHAPS.split(";"))


@cache
def _of_no_person() -> frozenset[str]:
    return frozenset(word for said in _OF_NO_PERSON.split() for word in words(said))


@cache
def _in_charge() -> frozenset[str]:
    return frozenset(word for said in _IN_CHARGE.split() for word in words(said))


def of_no_person(head: str) -> bool:
    """Whether a head says that it is of an organisation, a place or a project, and of nobody in charge of one."""
    said = head_words(head)
    return not _of_no_person().isdisjoint(said) and _in_charge().isdisjoint(said)


@cache
def kind_of_head(head: str) -> Kind | None:
    """What fact of a person a head promises; null where it promises none, or one of an organisation or place.

    Contact persons are persons whoever they work for.
    """
    split, whole = head_words(head), tuple(words(head))  # "WhatsApp" is one word, "FullName" two
    for kind, phrases in _phrases():
        hit = any(_within(phrase, split) or _within(phrase, whole) for phrase in phrases)
        if hit and (kind in ("email", "phone", "position") or not of_no_person(head) or _contact(split)):
            return kind
    return None


def perhaps_name(head: str) -> bool:
    """Whether a head may promise the name of a person, or of anything else: "Name", "Nom", "Contact"."""
    return head_words(head) in _perhaps()


def _contact(said: tuple[str, ...]) -> bool:
    return not {"contact", "focal", "contacto", "اتصال", "контактна", "контактное"}.isdisjoint(said)


def _within(phrase: tuple[str, ...], said: tuple[str, ...]) -> bool:
    return any(said[at : at + len(phrase)] == phrase for at in range(len(said) - len(phrase) + 1))
