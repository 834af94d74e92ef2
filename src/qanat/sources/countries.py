"""Publishers' own codes of countries to ISO 3166 alpha-3: the two-letter codes, and those of OCHA's HPC Tools."""

from __future__ import annotations

from functools import cache
from typing import Final


@cache
def by_iso2() -> dict[str, str]:
    """ISO 3166 alpha-3 by alpha-2, of every country and territory of the edition."""
    from qanat.edition.places import places

    return {place.iso2: place.code for place in places().countries() if place.iso2}


# HPC Tools numbers of countries (OCHA, Countries and Territories Taxonomy, "HPC Tools API ID")
HPC: Final[dict[str, str]] = {
    "1": "AFG", "2": "ALA", "3": "ALB", "4": "DZA", "5": "ASM", "6": "AND", "7": "AGO", "8": "AIA", "9": "ATA", "10": "ATG", "11": "ARG",
    "12": "ARM", "13": "ABW", "14": "AUS", "15": "AUT", "16": "AZE", "17": "BHS", "18": "BHR", "19": "BGD", "20": "BRB", "21": "BLR",
    "22": "BEL", "23": "BLZ", "24": "BEN", "25": "BMU", "26": "BTN", "27": "BOL", "28": "BIH", "29": "BES", "30": "BWA", "31": "BVT",
    "32": "BRA", "33": "IOT", "34": "BRN", "35": "BGR", "36": "BFA", "37": "BDI", "38": "KHM", "39": "CMR", "40": "CAN", "41": "CPV",
    "42": "CYM", "43": "CAF", "44": "TCD", "45": "CHL", "46": "CHN", "47": "CXR", "48": "CCK", "49": "COL", "50": "COM", "51": "COG",
    "52": "COD", "53": "COK", "54": "CRI", "55": "CIV", "56": "HRV", "57": "CUB", "58": "CUW", "59": "CYP", "60": "CZE", "61": "DNK",
    "62": "DJI", "63": "DMA", "64": "DOM", "65": "ECU", "66": "EGY", "67": "SLV", "68": "GNQ", "69": "ERI", "70": "EST", "71": "ETH",
    "72": "FLK", "73": "FRO", "74": "FJI", "75": "FIN", "76": "FRA", "77": "GUF", "78": "PYF", "79": "ATF", "80": "GAB", "81": "GMB",
    "82": "GEO", "83": "DEU", "84": "GHA", "85": "GIB", "86": "GRC", "87": "GRL", "88": "GRD", "89": "GLP", "90": "GUM", "91": "GTM",
    "92": "GGY", "93": "GIN", "94": "GNB", "95": "GUY", "96": "HTI", "97": "HMD", "98": "VAT", "99": "HND", "100": "HKG", "101": "HUN",
    "102": "ISL", "103": "IND", "104": "IDN", "105": "IRN", "106": "IRQ", "107": "IRL", "108": "IMN", "109": "ISR", "110": "ITA",
    "111": "JAM", "112": "JPN", "113": "JEY", "114": "JOR", "115": "KAZ", "116": "KEN", "117": "KIR", "118": "PRK", "119": "KOR",
    "120": "KWT", "121": "KGZ", "122": "LAO", "123": "LVA", "124": "LBN", "125": "LSO", "126": "LBR", "127": "LBY", "128": "LIE",
    "129": "LTU", "130": "LUX", "131": "MAC", "132": "MKD", "133": "MDG", "134": "MWI", "135": "MYS", "136": "MDV", "137": "MLI",
    "138": "MLT", "139": "MHL", "140": "MTQ", "141": "MRT", "142": "MUS", "143": "MYT", "144": "MEX", "145": "FSM", "146": "MDA",
    "147": "MCO", "148": "MNG", "149": "MNE", "150": "MSR", "151": "MAR", "152": "MOZ", "153": "MMR", "154": "NAM", "155": "NRU",
    "156": "NPL", "157": "NLD", "159": "NCL", "160": "NZL", "161": "NIC", "162": "NER", "163": "NGA", "164": "NIU", "165": "NFK",
    "166": "MNP", "167": "NOR", "168": "OMN", "169": "PAK", "170": "PLW", "171": "PSE", "172": "PAN", "173": "PNG", "174": "PRY",
    "175": "PER", "176": "PHL", "177": "PCN", "178": "POL", "179": "PRT", "180": "PRI", "181": "QAT", "182": "REU", "183": "ROU",
    "184": "RUS", "185": "RWA", "186": "BLM", "187": "SHN", "188": "KNA", "189": "LCA", "190": "MAF", "191": "SPM", "192": "VCT",
    "193": "WSM", "194": "SMR", "195": "STP", "196": "SAU", "197": "SEN", "198": "SRB", "199": "SYC", "200": "SLE", "201": "SGP",
    "202": "SXM", "203": "SVK", "204": "SVN", "205": "SLB", "206": "SOM", "207": "ZAF", "208": "SGS", "209": "ESP", "210": "LKA",
    "211": "SSD", "212": "SDN", "213": "SUR", "214": "SJM", "215": "SWZ", "216": "SWE", "217": "CHE", "218": "SYR", "219": "TWN",
    "220": "TJK", "221": "TZA", "222": "THA", "223": "TLS", "224": "TGO", "225": "TKL", "226": "TON", "227": "TTO", "228": "TUN",
    "229": "TUR", "230": "TKM", "231": "TCA", "232": "TUV", "233": "UGA", "234": "UKR", "235": "ARE", "236": "GBR", "237": "USA",
    "238": "UMI", "239": "URY", "240": "UZB", "241": "VUT", "242": "VEN", "243": "VNM", "244": "VGB", "245": "VIR", "246": "WLF",
    "247": "ESH", "248": "YEM", "249": "ZMB", "250": "ZWE",
}  # fmt: skip
