"""Names of admin units that the list of p-codes does not have: a new name, the name abroad, a slip of the list's own.

Only names that mean one unit and that no rule of spelling leads to. The list has the old name, or the local one.
"""

from __future__ import annotations

from typing import Final

OTHER_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "AF15": ("Kunarha", "Konarha"),  # the Afghan geodesy office's spelling of Kunar
    "BD10": ("Barishal",),  # respelt by the government in 2018
    "BD20": ("Chattogram",),  # respelt in 2018
    "CO88": ("San Andrés y Providencia",),  # the short name of the department
    "CU09": ("Havana",),
    "ET07": ("SNNPR", "Southern Nations, Nationalities and Peoples"),
    "KW04": ("Al Asimah", "Capital"),  # the governorate's own name, "the capital"
    "MX09": ("Ciudad de México", "Mexico City"),  # renamed in 2016
    "NG015": ("FCT",),
    "PK1": ("Azad Jammu and Kashmir", "AJK"),
    "PK4": ("Islamabad Capital Territory", "ICT"),
    "PK5": ("KP", "KPK", "North-West Frontier Province"),  # renamed in 2010
    "PL010": ("Łódzkie",),  # the list has lost the Ł
    "PL012": ("Małopolskie",),
    "SD15": ("Gezira", "Al Gezira"),
    "SY03": ("Rif Dimashq", "Rif Damascus"),
    "TUR003": ("Afyon",),
    "TUR033": ("Icel",),  # renamed in 2002
    "VE24": ("Vargas",),  # renamed in 2019
    "YE13": ("Amanat Al Asimah",),  # "the capital's secretariat", the city's own name
}
