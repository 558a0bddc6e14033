#!/usr/bin/env python3
"""Fits the polynomials of engine.md (section "Elementary functions"). Needs mpmath. Prints float32 coefficients, lowest power first."""
import struct
import mpmath as mp

mp.mp.prec = 200


def f32(x):
    return struct.unpack("<f", struct.pack("<f", float(x)))[0]


def show(name, function, low, high, degree):
    coefficients, error = mp.chebyfit(function, [mp.mpf(low), mp.mpf(high)], degree + 1, error=True)
    print(f"{name}: largest error of the exact polynomial {mp.nstr(error, 3)}")
    for c in reversed(coefficients):
        print(f"    {f32(c):.9g}")


def expansion(function, at_zero):
    return lambda x: at_zero if abs(x) < mp.mpf(2) ** -40 else function(x)


ln2 = mp.log(2)
show("exp: (e^r - 1 - r) / r^2 on |r| <= ln2/2", expansion(lambda r: (mp.expm1(r) - r) / r**2, mp.mpf(1) / 2), -ln2 / 2, ln2 / 2, 4)
show("atanh: (atanh(s) - s) / s^3 in z = s^2 on [0, 1/9]",
     expansion(lambda z: (mp.atanh(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3, mp.mpf(1) / 3), 0, mp.mpf(1) / 9, 4)
show("tanh: (tanh(x) - x) / x^3 in z = x^2 on [0, 0.625^2]",
     expansion(lambda z: (mp.tanh(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3, mp.mpf(-1) / 3), 0, mp.mpf("0.625") ** 2, 4)
show("erf, small: erf(x)/x - 1 in z = x^2 on [0, 1]",
     expansion(lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1, 2 / mp.sqrt(mp.pi) - 1), 0, 1, 6)
show("erf, large: (-log(erfc(x)) - x) / x in t = x on [1, 4]", lambda x: (-mp.log(mp.erfc(x)) - x) / x, 1, 4, 7)
print("ln2 high, low:", repr(f32(0.693359375)), f"{f32(ln2 - mp.mpf('0.693359375')):.9g}")
