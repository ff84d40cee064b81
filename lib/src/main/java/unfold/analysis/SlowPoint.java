package unfold.analysis;

import java.util.Locale;

/**
 * A state that a step hardly moves, with its evidence, all of it at this state.
 *
 * @param stateS the state S, all states of all layers side by side
 * @param nextS the state F(S) after a step
 * @param q half the squared length of F(S) - S
 * @param fixed whether q is so small that it counts as a fixed point; else the point is only slow
 * @param spectrum the Jacobian of F, S x S, with its eigenvalues
 * @param iterations the number of steps of Newton's or of Levenberg and Marquardt's that led here, of the start
 *     whose q was least
 * @param starts how many starts ended here, at least 1
 */
public record SlowPoint(double[] stateS, double[] nextS, double q, boolean fixed, Spectrum spectrum,
    int iterations, int starts) {

  /** Returns the Jacobian of F, row after row: (i, k) is the derivative of state i after a step by state k. */
  public double[] jacobianSS() {
    return spectrum.matrixSS();
  }

  /** Returns the number of unstable dimensions: of eigenvalues of the Jacobian with a modulus above 1. */
  public int unstable() {
    return spectrum.beyond(1).size();
  }

  /**
   * Returns the number of eigenvalues of J - I with a positive real part: the unstable dimensions of the flow
   * dS/dt = F(S) - S. This is what counts in continuous time, and presumably in the memory paper's figure 6. Of a
   * map it says less than {@link #unstable}: what turns and grows may be unstable in steps only.
   */
  public int unstableInFlow() {
    return (int) spectrum.eigenvalues().stream().filter(e -> e.re() > 1).count();
  }

  /** Returns {@code fixed point, q = 1.2e-29, 2 unstable dimensions (2 in the flow), from 12 starts}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s point, q = %.1e, %d unstable dimensions (%d in the flow), from %d starts",
        fixed ? "fixed" : "slow", q, unstable(), unstableInFlow(), starts);
  }
}
