# SPDX-License-Identifier: Apache-2.0
"""Other people's implementations, asked line by line: [kind, argument, ...] in, answer out."""
import json
import sys

from cpe import CPE
from cvss import CVSS2, CVSS3, CVSS4
from packageurl import PackageURL
from packaging.version import Version
from univers import versions

UNIVERS = {
    "conan": versions.ConanVersion,
    "gentoo": versions.GentooVersion,
    "npm": versions.SemverVersion,
    "nuget": versions.NugetVersion,
    "openssl": versions.OpensslVersion,
}


def order(a, b):
    return -1 if a < b else 1 if b < a else 0


def cvss(vector):
    kind = CVSS4 if vector.startswith("CVSS:4") else CVSS3 if vector.startswith("CVSS:3") else CVSS2
    return list(kind(vector).scores())


def purl(text):
    found = PackageURL.from_string(text)
    return {**found.to_dict(), "qualifiers": found.qualifiers or None}


def wfn(text):
    return CPE(text, CPE.VERSION_2_3).as_wfn()


def answer(kind, *arguments):
    if kind == "pypi":
        return order(Version(arguments[0]), Version(arguments[1]))
    if kind in UNIVERS:
        return order(UNIVERS[kind](arguments[0]), UNIVERS[kind](arguments[1]))
    return {"cvss": cvss, "purl": purl, "wfn": wfn}[kind](*arguments)


for line in sys.stdin:
    try:
        print(json.dumps(answer(*json.loads(line))))
    except Exception:
        print('"refused"')
