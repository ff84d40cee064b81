package unfold.engine.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Elementary functions of vectors of floats, from additions, multiplications, divisions and shifts of integers only:
 * their bits are the same on every machine. Coefficients are from src/main/python/elementary.py. The methods are also
 * templates, see {@code Inliner}: declarations and a return, nothing else; it takes {@code fByBits} for {@code f} where masks
 * are slow.
 *
 * <p>NaN gives NaN; results below the least normal float are rounded, not flushed to zero.
 */
final class FloatFunctions {
  static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(VectorBits.chosen()));

  /** 1.5 times 2^23: adding it rounds to an integer, which then stands in the lowest bits. */
  static final float ROUND = 0x1.8p23f;
  /** As ROUND, and an exponent's offset in the lowest bits. */
  static final float POWER = 0x1.8p23f + 127;
  static final int MANTISSA = 23;

  static final float LOG2_E = 0x1.715476p0f;
  static final float LN2 = 0x1.62e43p-1f;
  static final float LN2_HIGH = 0x1.62e4p-1f;
  static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /** How far the bit of an element's number is from the sign's. */
  static final IntVector SIGN_BIT = FloatVector.broadcast(SPECIES, 0).reinterpretAsInts().addIndex(-1).add(31);

  private FloatFunctions() {}

  /** Returns e^x; infinity above 88.73. */
  static FloatVector exp(FloatVector x) {
    FloatVector within = within(x, -104, 89);
    FloatVector n = exponent(within);
    FloatVector half = n.fma(of(0.5f), of(ROUND)).sub(ROUND);
    // In two steps, since 2^n alone may be beyond the normal floats.
    return reduced(within, n).mul(power(half)).mul(power(n.sub(half)));
  }

  /** Returns 1 / (1 + e^-x). */
  static FloatVector sigmoid(FloatVector x) {
    FloatVector within = within(x.neg(), -18, 104);
    FloatVector n = exponent(within);
    FloatVector half = n.fma(of(0.5f), of(ROUND)).sub(ROUND);
    // 1 / (1 + p 2^n) = 2^-h / (2^-h + p 2^(n-h)): no power leaves the normal floats, the quotient may.
    FloatVector scale = power(half.neg());
    return scale.div(reduced(within, n).fma(power(n.sub(half)), scale));
  }

  /**
   * Returns the hyperbolic tangent: g / (1 - g), where g = (1 - e^-2x) / 2 is small with x, so that neither loses
   * digits. With 2^-n e^-2r = e^-2x, g = (1 - 2^-n) / 2 + 2^-n h and h = (1 - e^-2r) / 2 = r + r^2 q(r).
   */
  static FloatVector tanh(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    FloatVector a = atMost(bits.and(Integer.MAX_VALUE).reinterpretAsFloats(), 10);
    FloatVector n = a.fma(of(-2 * LOG2_E), of(POWER));
    FloatVector r = n.sub(POWER).fma(of(LN2 / 2), a);
    FloatVector q = r.fma(of(-0x1.6b6e32p-5f), of(0x1.122662p-3f)).fma(r, of(-0x1.55571ap-2f))
        .fma(r, of(0x1.5554b2p-1f)).fma(r, of(-0x1.fffffep-1f));
    FloatVector h = q.fma(r.mul(r), r);
    FloatVector scale = n.reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA).reinterpretAsFloats();
    FloatVector g = scale.fma(h, scale.fma(of(-0.5f), of(0.5f)));
    IntVector sign = bits.and(Integer.MIN_VALUE);
    return g.div(of(1).sub(g)).reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  /** Returns the natural logarithm; NaN below zero. */
  static FloatVector log(FloatVector x) {
    VectorMask<Float> tiny = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
    // x = 2^e m with m from sqrt(1/2) to sqrt(2); the sum carries into the exponent where m would be above.
    int sqrtHalf = 0x3f3504f3;
    IntVector bits = x.blend(x.mul(0x1p24f), tiny).reinterpretAsInts().add(0x3f800000 - sqrtHalf);
    FloatVector e = bits.lanewise(VectorOperators.LSHR, MANTISSA).add(0x4b400000).reinterpretAsFloats().sub(POWER)
        .sub(of(0).blend(24f, tiny));
    FloatVector f = bits.and(0x7fffff).add(sqrtHalf).reinterpretAsFloats().sub(1);
    // log(1 + f) = 2 atanh(s), arranged around f - f^2/2, whose rounding is small.
    FloatVector s = f.div(f.add(2));
    FloatVector z = s.mul(s);
    FloatVector r = z.fma(of(0x1.f13bf8p-3f), of(0x1.23d3ep-2f)).fma(z, of(0x1.999c26p-2f))
        .fma(z, of(0x1.555554p-1f)).mul(z);
    FloatVector square = f.mul(f).mul(0.5f);
    FloatVector low = square.sub(square.add(r).fma(s, e.mul(LN2_LOW)));
    FloatVector y = e.fma(of(LN2_HIGH), f.sub(low));
    return y.blend(Float.NaN, x.compare(VectorOperators.GE, 0f).not())
        .blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f))
        .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY));
  }

  /** Returns max(x, 0). */
  static FloatVector relu(FloatVector x) {
    return x.blend(0f, x.compare(VectorOperators.LE, 0f));
  }

  /** Returns x clamped to [-1, 1]. */
  static FloatVector clamp(FloatVector x) {
    return x.blend(of(1), x.compare(VectorOperators.GT, of(1))).blend(of(-1), x.compare(VectorOperators.LT, of(-1)));
  }

  /** The same without masks. */
  static FloatVector clampByBits(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    FloatVector size = bits.and(Integer.MAX_VALUE).reinterpretAsFloats();
    IntVector sign = bits.and(Integer.MIN_VALUE);
    return atMostByBits(size, 1).reinterpretAsInts().or(sign).reinterpretAsFloats();
  }

  /** Returns d where x is positive, else 0: the derivative through relu. */
  static FloatVector ifPositive(FloatVector x, FloatVector d) {
    return d.blend(0f, x.compare(VectorOperators.LE, 0f));
  }

  /** Returns d where x is in [-1, 1], else 0: the derivative through clamp. */
  static FloatVector ifInside(FloatVector x, FloatVector d) {
    return d.blend(0f, x.compare(VectorOperators.LT, -1f)).blend(0f, x.compare(VectorOperators.GT, 1f));
  }

  /** Returns 0 where x is tiny, else x: what vanishes must not end in subnormal numbers, which are slow. */
  static FloatVector flushed(FloatVector x) {
    return x.blend(0f, x.lanewise(VectorOperators.ABS).compare(VectorOperators.LT, 0x1p-100f));
  }

  /** Returns an element of {@code one} for each bit that is 1, from the lowest on, and of {@code zero} for others. */
  static FloatVector ofBits(int bits, FloatVector zero, FloatVector one) {
    IntVector all = IntVector.broadcast(SIGN_BIT.species(), bits).lanewise(VectorOperators.LSHL, SIGN_BIT)
        .lanewise(VectorOperators.ASHR, 31);
    IntVector z = zero.reinterpretAsInts();
    return one.reinterpretAsInts().lanewise(VectorOperators.XOR, z).and(all).lanewise(VectorOperators.XOR, z)
        .reinterpretAsFloats();
  }

  private static FloatVector of(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** Bounds elements; NaN stays NaN. */
  private static FloatVector within(FloatVector x, float low, float high) {
    return x.blend(low, x.compare(VectorOperators.LT, low)).blend(high, x.compare(VectorOperators.GT, high));
  }

  /** Bounds numbers without a sign; NaN stays NaN. */
  private static FloatVector atMost(FloatVector x, float limit) {
    return x.blend(of(limit), x.compare(VectorOperators.GT, of(limit)));
  }

  /**
   * The same without masks: all bits are 1 where the number is above the limit, not where it is NaN, since a difference keeps
   * NaN's sign.
   */
  private static FloatVector atMostByBits(FloatVector x, float limit) {
    IntVector bits = x.reinterpretAsInts();
    IntVector over = of(limit).sub(x).reinterpretAsInts().lanewise(VectorOperators.ASHR, 31);
    return of(limit).reinterpretAsInts().lanewise(VectorOperators.XOR, bits).and(over)
        .lanewise(VectorOperators.XOR, bits).reinterpretAsFloats();
  }

  /** Returns x / ln 2 rounded to an integer. */
  private static FloatVector exponent(FloatVector x) {
    return x.fma(of(LOG2_E), of(ROUND)).sub(ROUND);
  }

  /** Returns e^(x - n ln 2). */
  private static FloatVector reduced(FloatVector x, FloatVector n) {
    FloatVector r = n.fma(of(-LN2_LOW), n.fma(of(-LN2_HIGH), x));
    FloatVector q = r.fma(of(0x1.6a4efp-10f), of(0x1.12397cp-7f)).fma(r, of(0x1.5558aep-5f))
        .fma(r, of(0x1.555492p-3f)).fma(r, of(0x1.fffffcp-2f));
    return q.fma(r.mul(r), r).add(1);
  }

  /** Returns 2^n for an integer n of a normal float. */
  private static FloatVector power(FloatVector n) {
    return n.add(POWER).reinterpretAsInts().lanewise(VectorOperators.LSHL, MANTISSA).reinterpretAsFloats();
  }
}
