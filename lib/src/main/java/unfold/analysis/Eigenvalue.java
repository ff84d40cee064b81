package unfold.analysis;

import java.util.Locale;

/**
 * An eigenvalue of a real matrix.
 *
 * @param re its real part
 * @param im its imaginary part
 */
public record Eigenvalue(double re, double im) {

  /** Returns its modulus: what it stretches by in a step. */
  public double modulus() {
    return Math.sqrt(re * re + im * im);
  }

  /** Returns its angle in radians, above -pi and at most pi: how far it turns in a step. */
  public double angle() {
    return StrictMath.atan2(im, re);
  }

  /** Returns the steps of a full turn, 2 pi / |angle|: 2 for a negative number, infinite for a positive one. */
  public double period() {
    return 2 * Math.PI / Math.abs(angle());
  }

  /** Tells whether it is real. */
  public boolean isReal() {
    return im == 0;
  }

  /** Returns {@code 1.20000 - 0.300000i}, with six digits that count. */
  @Override
  public String toString() {
    return isReal() ? String.format(Locale.ROOT, "%.6g", re)
        : String.format(Locale.ROOT, "%.6g %s %.6gi", re, im < 0 ? "-" : "+", Math.abs(im));
  }
}
