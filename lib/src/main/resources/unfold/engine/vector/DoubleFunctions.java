package unfold.engine.vector;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** What {@code FloatFunctions} does for floats, which explains the methods, for doubles: longer polynomials. */
final class DoubleFunctions {
  static final VectorSpecies<Double> SPECIES =
      VectorSpecies.of(double.class, VectorShape.forBitSize(VectorBits.chosen()));

  static final double ROUND = 0x1.8p52;
  static final double POWER = 0x1.8p52 + 1023;
  static final int MANTISSA = 52;

  static final double LOG2_E = 0x1.71547652b82fep0;
  static final double LN2 = 0x1.62e42fefa39efp-1;
  static final double LN2_HIGH = 0x1.62e42fefa38p-1;
  static final double LN2_LOW = 0x1.ef35793c7673p-45;

  /** How far the bit of an element's number is from the sign's. */
  static final LongVector SIGN_BIT = DoubleVector.broadcast(SPECIES, 0).reinterpretAsLongs().addIndex(-1).add(63);

  private DoubleFunctions() {}

  /** Returns e^x; infinity above 709.79. */
  static DoubleVector exp(DoubleVector x) {
    DoubleVector within = within(x, -746, 710);
    DoubleVector n = exponent(within);
    DoubleVector half = n.fma(of(0.5), of(ROUND)).sub(ROUND);
    return reduced(within, n).mul(power(half)).mul(power(n.sub(half)));
  }

  /** Returns 1 / (1 + e^-x). */
  static DoubleVector sigmoid(DoubleVector x) {
    DoubleVector within = within(x.neg(), -38, 746);
    DoubleVector n = exponent(within);
    DoubleVector half = n.fma(of(0.5), of(ROUND)).sub(ROUND);
    DoubleVector scale = power(half.neg());
    return scale.div(reduced(within, n).fma(power(n.sub(half)), scale));
  }

  /** Returns the hyperbolic tangent. */
  static DoubleVector tanh(DoubleVector x) {
    LongVector bits = x.reinterpretAsLongs();
    DoubleVector a = atMost(bits.and(Long.MAX_VALUE).reinterpretAsDoubles(), 20);
    DoubleVector n = a.fma(of(-2 * LOG2_E), of(POWER));
    DoubleVector r = n.sub(POWER).fma(of(LN2 / 2), a);
    DoubleVector q = r.fma(of(0x1.ae8fff858dca1p-16), of(-0x1.28a281de15fffp-13)).fma(r, of(0x1.71de711346239p-11))
        .fma(r, of(-0x1.a019a6af288c7p-9)).fma(r, of(0x1.a01a017f58639p-7)).fma(r, of(-0x1.6c16c17f2aabdp-5))
        .fma(r, of(0x1.1111111117166p-3)).fma(r, of(-0x1.555555555211ap-2)).fma(r, of(0x1.5555555555541p-1))
        .fma(r, of(-0x1.0000000000005p0));
    DoubleVector h = q.fma(r.mul(r), r);
    DoubleVector scale = n.reinterpretAsLongs().lanewise(VectorOperators.LSHL, MANTISSA).reinterpretAsDoubles();
    DoubleVector g = scale.fma(h, scale.fma(of(-0.5), of(0.5)));
    LongVector sign = bits.and(Long.MIN_VALUE);
    return g.div(of(1).sub(g)).reinterpretAsLongs().or(sign).reinterpretAsDoubles();
  }

  /** Returns the natural logarithm; NaN below zero. */
  static DoubleVector log(DoubleVector x) {
    VectorMask<Double> tiny = x.compare(VectorOperators.LT, Double.MIN_NORMAL);
    long sqrtHalf = 0x3fe6a09e667f3bcdL;
    LongVector bits = x.blend(x.mul(0x1p54), tiny).reinterpretAsLongs().add(0x3ff0000000000000L - sqrtHalf);
    DoubleVector e = bits.lanewise(VectorOperators.LSHR, MANTISSA).add(0x4338000000000000L).reinterpretAsDoubles()
        .sub(POWER).sub(of(0).blend(54.0, tiny));
    DoubleVector f = bits.and(0xfffffffffffffL).add(sqrtHalf).reinterpretAsDoubles().sub(1);
    DoubleVector s = f.div(f.add(2));
    DoubleVector z = s.mul(s);
    DoubleVector r = z.fma(of(0x1.2f031699e1deep-3), of(0x1.39a1faa897795p-3)).fma(z, of(0x1.74663c300da0ep-3))
        .fma(z, of(0x1.c71c5218009d4p-3)).fma(z, of(0x1.24924941dd0ffp-2)).fma(z, of(0x1.999999997ff53p-2))
        .fma(z, of(0x1.5555555555592p-1)).mul(z);
    DoubleVector square = f.mul(f).mul(0.5);
    DoubleVector low = square.sub(square.add(r).fma(s, e.mul(LN2_LOW)));
    DoubleVector y = e.fma(of(LN2_HIGH), f.sub(low));
    return y.blend(Double.NaN, x.compare(VectorOperators.GE, 0.0).not())
        .blend(Double.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0.0))
        .blend(Double.POSITIVE_INFINITY, x.compare(VectorOperators.EQ, Double.POSITIVE_INFINITY));
  }

  /** Returns max(x, 0). */
  static DoubleVector relu(DoubleVector x) {
    return x.blend(0.0, x.compare(VectorOperators.LE, 0.0));
  }

  /** Returns x clamped to [-1, 1]. */
  static DoubleVector clamp(DoubleVector x) {
    return x.blend(of(1), x.compare(VectorOperators.GT, of(1))).blend(of(-1), x.compare(VectorOperators.LT, of(-1)));
  }

  /** The same without masks. */
  static DoubleVector clampByBits(DoubleVector x) {
    LongVector bits = x.reinterpretAsLongs();
    DoubleVector size = bits.and(Long.MAX_VALUE).reinterpretAsDoubles();
    LongVector sign = bits.and(Long.MIN_VALUE);
    return atMostByBits(size, 1).reinterpretAsLongs().or(sign).reinterpretAsDoubles();
  }

  /** Returns d where x is positive, else 0: the derivative through relu. */
  static DoubleVector ifPositive(DoubleVector x, DoubleVector d) {
    return d.blend(0.0, x.compare(VectorOperators.LE, 0.0));
  }

  /** Returns d where x is in [-1, 1], else 0: the derivative through clamp. */
  static DoubleVector ifInside(DoubleVector x, DoubleVector d) {
    return d.blend(0.0, x.compare(VectorOperators.LT, -1.0)).blend(0.0, x.compare(VectorOperators.GT, 1.0));
  }

  /** Returns 0 where x is tiny, else x: what vanishes must not end in subnormal numbers, which are slow. */
  static DoubleVector flushed(DoubleVector x) {
    return x.blend(0.0, x.lanewise(VectorOperators.ABS).compare(VectorOperators.LT, 0x1p-900));
  }

  /** Returns an element of {@code one} for each bit that is 1, from the lowest on, and of {@code zero} for others. */
  static DoubleVector ofBits(int bits, DoubleVector zero, DoubleVector one) {
    LongVector all = LongVector.broadcast(SIGN_BIT.species(), bits).lanewise(VectorOperators.LSHL, SIGN_BIT)
        .lanewise(VectorOperators.ASHR, 63);
    LongVector z = zero.reinterpretAsLongs();
    return one.reinterpretAsLongs().lanewise(VectorOperators.XOR, z).and(all).lanewise(VectorOperators.XOR, z)
        .reinterpretAsDoubles();
  }

  private static DoubleVector of(double value) {
    return DoubleVector.broadcast(SPECIES, value);
  }

  private static DoubleVector within(DoubleVector x, double low, double high) {
    return x.blend(low, x.compare(VectorOperators.LT, low)).blend(high, x.compare(VectorOperators.GT, high));
  }

  /** Bounds numbers without a sign; NaN stays NaN. */
  private static DoubleVector atMost(DoubleVector x, double limit) {
    return x.blend(of(limit), x.compare(VectorOperators.GT, of(limit)));
  }

  /**
   * The same without masks: all bits are 1 where the number is above the limit, not where it is NaN, since a difference keeps
   * NaN's sign.
   */
  private static DoubleVector atMostByBits(DoubleVector x, double limit) {
    LongVector bits = x.reinterpretAsLongs();
    LongVector over = of(limit).sub(x).reinterpretAsLongs().lanewise(VectorOperators.ASHR, 63);
    return of(limit).reinterpretAsLongs().lanewise(VectorOperators.XOR, bits).and(over)
        .lanewise(VectorOperators.XOR, bits).reinterpretAsDoubles();
  }

  private static DoubleVector exponent(DoubleVector x) {
    return x.fma(of(LOG2_E), of(ROUND)).sub(ROUND);
  }

  private static DoubleVector reduced(DoubleVector x, DoubleVector n) {
    DoubleVector r = n.fma(of(-LN2_LOW), n.fma(of(-LN2_HIGH), x));
    DoubleVector q = r.fma(of(0x1.adb242b08673dp-26), of(0x1.28ade38712cadp-22))
        .fma(r, of(0x1.71df03a395616p-19)).fma(r, of(0x1.a019997a74e32p-16)).fma(r, of(0x1.a01a013a5af53p-13))
        .fma(r, of(0x1.6c16c1846d715p-10)).fma(r, of(0x1.11111111248bcp-7)).fma(r, of(0x1.55555555506dep-5))
        .fma(r, of(0x1.5555555555508p-3)).fma(r, of(0x1.000000000000ap-1));
    return q.fma(r.mul(r), r).add(1);
  }

  private static DoubleVector power(DoubleVector n) {
    return n.add(POWER).reinterpretAsLongs().lanewise(VectorOperators.LSHL, MANTISSA).reinterpretAsDoubles();
  }
}
