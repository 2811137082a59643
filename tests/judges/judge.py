"""Judges signed prescriptions by programs that share no code with ours.

    judge.py readers FOLDER          reads pictures of printed codes with zxing-cpp and zbarimg, plain and spoiled
    judge.py documents FOLDER SEED   verifies the signed texts with the library cwt, and counts forgeries that it accepts

FOLDER has what tests/judges/prescription.mjs has written; the answer is a file of JSON beside it.
"""

import base64
import hashlib
import io
import json
import random
import subprocess
import sys
import time
import uuid
import zlib
from collections import Counter
from pathlib import Path

import cbor2
import cwt
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding
from cwt import COSEKey
from PIL import Image, ImageFilter

FLIPS = 200


def main(mode, folder, *more):
    told = readers(folder) if mode == "readers" else documents(folder, int(more[0]))
    (folder / f"{mode}.json").write_text(json.dumps(told, indent=1, ensure_ascii=False))


# Readers of pictures


def readers(folder):
    """What each reader finds in each picture. The spoiled pictures stay in the folder, where jsQR reads them, too."""
    found = []
    for page in sorted(folder.glob("*.pgm")):
        for variant, picture in spoiled(Image.open(page).convert("L")).items():
            file = folder / "spoiled" / f"{page.stem}.{variant}.pgm"
            file.parent.mkdir(exist_ok=True)
            picture.save(file)
            text, version = by_zxing(picture)
            found.append({"page": page.stem, "variant": variant, "file": str(file), "version": version, "zxing-cpp": text, "zbarimg": by_zbar(file)})
    return found


def spoiled(page):
    """The picture as it is, and as a hasty hand and a cheap camera make it."""
    return {
        "plain": page,
        "blur": blurred(page),
        "left": turned(page, 12),
        "right": turned(page, -12),
        "jpeg": compressed(page),
        "all-left": compressed(blurred(turned(page, 12))),
        "all-right": compressed(blurred(turned(page, -12))),
    }


def blurred(picture):
    return picture.filter(ImageFilter.GaussianBlur(1.0))


def turned(picture, degrees):
    return picture.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def compressed(picture):
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=50)
    return Image.open(jpeg).convert("L")


def by_zxing(picture):
    """The text of a code, and its version (ISO/IEC 18004), from which the number of its modules follows."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return (found[0].text, int(found[0].extra["Version"])) if found else (None, None)


def by_zbar(file):
    """It ends with 4 if it finds nothing."""
    asked = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(file)]
    done = subprocess.run(asked, capture_output=True, text=True)
    if done.returncode not in (0, 4):
        raise RuntimeError(f"zbarimg ended with {done.returncode}: {done.stderr}")
    return done.stdout.removesuffix("\n") or None


# Signed documents


def documents(folder, seed):
    case = json.loads((folder / "case.json").read_text())
    trusted = {plain(key["kid"]): key for key in case["keys"]}
    certificate = x509.load_pem_x509_certificate((folder / "signer.pem").read_bytes())
    texts = [one["text"] for one in case["prescriptions"]]
    return {
        "verified": [verified(one, trusted, certificate) for one in case["prescriptions"]],
        "flips": flips(texts, trusted, seed),
        "fixtures": fixtures(texts[0], trusted),
    }


def plain(base64url):
    return base64.urlsafe_b64decode(base64url + "=" * (-len(base64url) % 4))


def opened(text):
    """The signed document in a text: base45 (RFC 9285) and zlib (RFC 1950)."""
    if not text.startswith("HC1:"):
        raise ValueError("not HC1")
    return zlib.decompress(base45(text[4:]))


ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45(text):
    """Three characters are two bytes, two are one, the first character weighs least."""
    found = bytearray()
    for at in range(0, len(text), 3):
        part = [ALPHABET.index(char) for char in text[at : at + 3]]
        found += sum(digit * 45**place for place, digit in enumerate(part)).to_bytes(len(part) - 1, "big")
    return bytes(found)


def key_of(listed, kid):
    """A key of the trust list as cwt wants it. COSE's names of the fields are in RFC 9053, section 7.1.1."""
    return COSEKey.new({1: 2, 2: kid, 3: -7, -1: 1, -2: plain(listed["x"]), -3: plain(listed["y"])})


def verified(prescription, trusted, certificate):
    """The faults of one signed text; none if it says what was signed, by the holder of the certificate."""
    document = opened(prescription["text"])
    message = cbor2.loads(document)
    header = cbor2.loads(message.value[0])
    kid = header[4]
    claims = cwt.decode(document, key_of(trusted[kid], kid))
    point = certificate.public_key().public_numbers()
    checks = {
        "tag 18": message.tag == 18,
        "header": header == {1: -7, 4: kid} and message.value[1] == {},
        "kid": kid == hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()[:8],
        "listed key": plain(trusted[kid]["x"]) + plain(trusted[kid]["y"]) == b"".join(n.to_bytes(32, "big") for n in (point.x, point.y)),
        "names of claims": set(claims) == {1, 4, 6, -260} and set(claims[-260]) == {-7},
        "issuer": claims[1] == "SN",
        "times": [claims[6], claims[4]] == [prescription["at"] // 1000, prescription["valid_until"] // 1000],
        "prescription": claims[-260][-7] == as_signed(prescription),
    }
    return {"lines": len(prescription["lines"]), "chars": len(prescription["text"]), "faults": [name for name, holds in checks.items() if not holds]}


def as_signed(prescription):
    """The prescription of the record by the table of docs/adr/0047-signed-prescriptions.md."""
    patient = prescription["patient"]
    lines = [[line[name] for name in ("atc", "drug", "directions", "days", "quantity", "unit")] for line in prescription["lines"]]
    return {
        1: 1,
        2: uuid.UUID(prescription["prescription"]).bytes,
        3: prescription["post"],
        4: [patient["name"], patient["sex"], patient["age"]],
        5: [prescription["by"], prescription.get("order_number", "")],
        6: lines,
    }


def flips(texts, trusted, seed):
    """Documents with one wrong bit each. Those that are accepted are told."""
    chance = random.Random(seed)
    accepted, refusals = [], Counter()
    for n in range(FLIPS):
        document = bytearray(opened(texts[n % len(texts)]))
        kid = cbor2.loads(cbor2.loads(bytes(document)).value[0])[4]
        bit = chance.randrange(8 * len(document))
        document[bit // 8] ^= 1 << bit % 8
        refusal = refused(bytes(document), key_of(trusted[kid], kid))
        refusals[refusal] += 1
        if refusal is None:
            accepted.append({"text": n % len(texts), "bit": bit})
    return {"tried": FLIPS, "accepted": accepted, "refusals": {str(name): count for name, count in refusals.items()}}


def refused(document, key):
    """The name of the error with which cwt refuses a document; none if it is accepted."""
    try:
        cwt.decode(document, key)
    except Exception as error:  # Whatever it ends with, it has accepted nothing.
        return type(error).__name__
    return None


def judged(document, key):
    """The same for a judge who also asks that the header names ES256. cwt 3.3.0 takes the algorithm of the key and does not compare it."""
    refusal = refused(document, key)
    names_es256 = refusal is not None or cbor2.loads(cbor2.loads(document).value[0]).get(1) == -7
    return refusal if names_es256 else "OtherAlgorithm"


def fixtures(text, trusted):
    """Documents that are known to be bad, each beside one that is good and differs only in that. `cwt` says what the library alone does."""
    genuine = opened(text)
    kid = cbor2.loads(cbor2.loads(genuine).value[0])[4]
    listed = key_of(trusted[kid], kid)
    other = next(key_of(key, kid) for name, key in trusted.items() if name != kid)
    claims = cwt.decode(genuine, listed)
    own, edwards = key_pair(kid), edwards_pair(kid)
    over, later = int(time.time()) - 3_600, int(time.time()) + 3_600
    es256, eddsa = {1: -7, 4: kid}, {1: -8, 4: kid}
    made = signed({**claims, 4: later}, own, es256)
    strange, by_edwards = signed({**claims, 4: later}, own, eddsa), signed({**claims, 4: later}, edwards, eddsa)
    return [
        {"name": "one of the server, and its signer's key", "good": True, "refusal": judged(genuine, listed)},
        {"name": "the same, and the key of another doctor with this kid", "good": False, "refusal": judged(genuine, other)},
        {"name": "the same, with EdDSA put into its header", "good": False, "refusal": judged(with_header(genuine, eddsa), listed)},
        {"name": "one of the judge, and its key", "good": True, "refusal": judged(made, own)},
        {"name": "the same, and the key of a doctor", "good": False, "refusal": judged(made, listed)},
        {"name": "one of the judge that ended an hour ago", "good": False, "refusal": judged(signed({**claims, 4: over}, own, es256), own)},
        {"name": "one of the judge by ES256 that says EdDSA", "good": False, "refusal": judged(strange, own), "cwt": refused(strange, own)},
        {"name": "one by Ed25519, for cwt without a look at the header", "good": True, "refusal": refused(by_edwards, edwards)},
        {"name": "the same, and the key of a doctor", "good": False, "refusal": judged(by_edwards, listed)},
    ]


def with_header(document, header):
    message = cbor2.loads(document)
    return cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps(header), *message.value[1:]]))


def signed(claims, key, header):
    """A COSE_Sign1 (RFC 9052, section 4.4)."""
    protected, payload = cbor2.dumps(header), cbor2.dumps(claims)
    signature = key.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))


def key_pair(kid):
    secret = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    point = secret.public_numbers
    x, y, d = (number.to_bytes(32, "big") for number in (point.x, point.y, secret.private_value))
    return COSEKey.new({1: 2, 2: kid, 3: -7, -1: 1, -2: x, -3: y, -4: d})


def edwards_pair(kid):
    secret = ed25519.Ed25519PrivateKey.generate()
    return COSEKey.new({1: 1, 2: kid, 3: -8, -1: 6, -2: secret.public_key().public_bytes_raw(), -4: secret.private_bytes_raw()})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
