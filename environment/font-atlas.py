"""Renders the letters that map pictures carry: src/figures/fontAtlas.ts from DejaVu Sans.

usage: python3 environment/font-atlas.py FOLDER_WITH_DEJAVU > src/figures/fontAtlas.ts   (needs Pillow)
"""
import base64, struct, sys, zlib
from PIL import Image, ImageDraw, ImageFont

LETTERS = "".join(map(chr, range(32, 127))) + "°²×·–±µ→éèêàäöüßčšž"


def glyphs(path, size):
    font = ImageFont.truetype(path, size)
    ascent, descent = font.getmetrics()
    out = struct.pack("<BBH", ascent, ascent + descent, len(LETTERS))
    for letter in LETTERS:
        left, top, right, bottom = font.getbbox(letter)
        width, height = right - left, bottom - top
        image = Image.new("L", (max(width, 1), max(height, 1)))
        ImageDraw.Draw(image).text((-left, -top), letter, font=font, fill=255)
        data = [round(v / 17) for v in image.getdata()][: width * height]
        if len(data) % 2:
            data.append(0)
        advance = round(font.getlength(letter))
        out += struct.pack("<HBbbBB", ord(letter), advance, left, top, width, height)
        out += bytes(a << 4 | b for a, b in zip(data[::2], data[1::2]))
    return base64.b64encode(zlib.compress(out, 9)).decode()


def constant(name, text):
    lines = [text[i : i + 92] for i in range(0, len(text), 92)]
    return f"export const {name} = [\n" + "".join(f'  "{line}",\n' for line in lines) + '].join("");\n'


print("/**\n * Letters of DejaVu Sans (Bitstream Vera licence, free to use and share) as small grey pictures:")
print(" * deflated, base64; made by `environment/font-atlas.py`, read by `font.ts`.\n */")
folder = sys.argv[1]
print(constant("regularLetters", glyphs(f"{folder}/DejaVuSans.ttf", 15)))
print(constant("boldLetters", glyphs(f"{folder}/DejaVuSans-Bold.ttf", 18)), end="")
