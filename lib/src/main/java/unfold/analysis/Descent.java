package unfold.analysis;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * The way from one start to a minimum of q(S) = |F(S) - S|^2 / 2. With r = F(S) - S and A its derivative J - I, a
 * step is one of these:
 *
 * <ul>
 * <li>Newton's, A d = -r, taken if it makes q at least ten times smaller. It finds zeros of any kind, saddles too.
 *     At first it is solved roughly, with A times a vector by a difference of r: that takes some steps of the
 *     network, a small part of what a Jacobian costs; where it is too long, a half or a quarter of it is tried.
 * <li>Where it can't be solved so, or has to be exact: Newton's with the Jacobian; then from the new state with the A
 *     of before, as long as that still makes q ten times smaller.
 * <li>Where Newton's fails, that of Levenberg and Marquardt, (A^T A + mu) d = -A^T r, which always finds a way down,
 *     also to minima of q that are no zeros. mu is adapted as by Madsen, Nielsen and Tingleff, "Methods for
 *     Non-Linear Least Squares Problems" (2004), section 3.2.
 * </ul>
 *
 * <p>In turns: {@link #linearize} where {@link #needsJacobian} says so, {@link #propose}, {@link #judge}, until
 * {@link #ended}.
 */
final class Descent {
  /** Newton's step must make q so much smaller. */
  private static final double NEWTON_FALL = 0.1;
  /** A damped step must make q smaller by this share of what the linear model says. */
  private static final double LEAST_GAIN = 1e-4;
  /** The first mu, as a share of the mean diagonal element of A^T A. */
  private static final double FIRST_DAMPING = 1e-2;
  private static final double MOST_DAMPING = 1e12;
  /** q is at a minimum where |A^T r| is below this share of |A| |r|. */
  private static final double STATIONARY = 1e-6;

  /** A fixed point is found where Newton's step is no longer than this. */
  private static final double SHORT = 1e-6;

  /** A rough Newton's step misses r by this share of it. */
  private static final double ROUGHLY = 0.03;
  /** A fixed point is found well enough, to be made exact later, where a rough step is no longer than this. */
  private static final double ROUGHLY_SHORT = 1e-4;
  /** No part of a rough step is tried that is less than this. */
  private static final double LEAST_PART = 0.25;
  /** How far states are apart whose difference stands for a derivative. */
  private static final double DIFFERENCE = 1e-7;

  private enum Step { DIFFERENCE, ROUGH, NEWTON, CHORD, DAMPED }

  private final int width;
  private final double fixedBelow;
  private final int mostIterations;
  final int start;
  double[] stateS;
  private double[] r;
  double q;
  int iterations;
  /** How many starts it stands for. */
  int starts = 1;
  boolean ended;
  private boolean linearized;
  private final boolean rough;
  private Krylov krylov;
  /** Which part of the rough step is proposed. */
  private double part;
  /** Whether Newton's step from this state is known to fail. */
  private boolean failed;
  private Step step;
  private DMatrixRMaj a;
  private LinearSolverDense<DMatrixRMaj> factors;
  private DMatrixRMaj normal;
  private DMatrixRMaj gradient;
  /** As a share of the mean diagonal element of A^T A. */
  private double damping = FIRST_DAMPING;
  private double rise = 2;
  private double mu;
  private final DMatrixRMaj d;

  /**
   * Begins at a state, whose next state is given.
   *
   * @param rough whether steps are rough at first
   */
  Descent(int start, double[] stateS, double[] nextS, boolean rough, double fixedBelow, int mostIterations) {
    this.start = start;
    this.stateS = stateS;
    this.fixedBelow = fixedBelow;
    this.mostIterations = mostIterations;
    width = stateS.length;
    d = new DMatrixRMaj(width, 1);
    r = difference(nextS, stateS);
    q = half(r);
    ended = !(q > 0 && q < Double.POSITIVE_INFINITY);
    this.rough = rough;
    if (rough && !ended) {
      beginRoughStep();
    }
  }

  private void beginRoughStep() {
    krylov = new Krylov(r, Math.sqrt(2 * q), ROUGHLY);
    step = Step.DIFFERENCE;
    iterations++;
  }

  private static double[] difference(double[] a, double[] b) {
    double[] difference = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }

  /** Half the squared length. */
  static double half(double[] r) {
    double sum = 0;
    for (double v : r) {
      sum += v * v;
    }
    return sum / 2;
  }

  boolean needsJacobian() {
    return krylov == null && !linearized;
  }

  /** Takes the Jacobian of F at the state. */
  void linearize(double[] jNSS, int point) {
    int from = point * width * width;
    a = DMatrixRMaj.wrap(width, width, Arrays.copyOfRange(jNSS, from, from + width * width));
    for (int i = 0; i < width; i++) {
      a.add(i, i, -1);
    }
    factors = null;
    normal = null;
    linearized = true;
    step = failed ? Step.DAMPED : Step.NEWTON;
    iterations++;
  }

  /** Writes the state to try next, or ends. */
  void propose(double[] tryNS, int point) {
    if (ended) {
      return;
    }
    if (step == Step.DIFFERENCE) {
      double[] v = krylov.next();
      for (int i = 0; i < width; i++) {
        tryNS[point * width + i] = stateS[i] + DIFFERENCE * v[i];
      }
      return;
    }
    if (step == Step.NEWTON || step == Step.CHORD) {
      if (factors == null) {
        factors = LinearSolverFactory_DDRM.lu(width);
        factors.setA(a);
      }
      factors.solve(DMatrixRMaj.wrap(width, 1, r.clone()), d);
      if (!isFinite(d)) {
        step = Step.DAMPED;
      }
    }
    if (step == Step.DAMPED && !damped()) {
      end();
      return;
    }
    for (int i = 0; i < width; i++) {
      tryNS[point * width + i] = stateS[i] - d.data[i];
    }
  }

  private static boolean isFinite(DMatrixRMaj vector) {
    for (double v : vector.data) {
      if (!(Math.abs(v) < 1e100)) {
        return false;
      }
    }
    return true;
  }

  /** Solves for the damped step; returns false where there is none. */
  private boolean damped() {
    if (normal == null) {
      normal = new DMatrixRMaj(width, width);
      CommonOps_DDRM.multInner(a, normal);
      gradient = new DMatrixRMaj(width, 1);
      CommonOps_DDRM.multTransA(a, DMatrixRMaj.wrap(width, 1, r), gradient);
    }
    double trace = CommonOps_DDRM.trace(normal);
    if (half(gradient.data) <= STATIONARY * STATIONARY * trace * q) {
      return false;
    }
    for (; damping <= MOST_DAMPING; damping *= 10) {
      mu = damping * trace / width;
      DMatrixRMaj matrix = normal.copy();
      for (int i = 0; i < width; i++) {
        matrix.add(i, i, mu);
      }
      LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(width);
      if (solver.setA(matrix)) {
        solver.solve(gradient.copy(), d);
        return isFinite(d);
      }
    }
    return false;
  }

  /** Takes the proposed state, given its next state, or does not. */
  void judge(double[] tryNS, double[] nextNS, int point) {
    if (ended) {
      return;
    }
    double[] tried = Arrays.copyOfRange(tryNS, point * width, (point + 1) * width);
    double[] residual = difference(Arrays.copyOfRange(nextNS, point * width, (point + 1) * width), tried);
    if (step == Step.DIFFERENCE) {
      differentiate(residual);
      return;
    }
    double qTried = half(residual);
    double qBefore = q;
    if (step == Step.ROUGH) {
      judgeRough(tried, residual, qTried);
    } else if (step == Step.DAMPED) {
      judgeDamped(tried, residual, qTried);
    } else {
      boolean falls = qTried < NEWTON_FALL * qBefore;
      if (falls || step == Step.CHORD && qTried < qBefore) {
        move(tried, residual, qTried);
      }
      if (falls) {
        step = Step.CHORD;
        damping = Math.min(damping, FIRST_DAMPING);
      } else if (q <= fixedBelow && half(d.data) <= SHORT * SHORT / 2) {
        end();
      } else if (step == Step.CHORD) {
        linearized = false;
      } else {
        step = Step.DAMPED;
      }
    }
    if (!linearized && step != Step.DIFFERENCE && iterations >= mostIterations) {
      end();
    }
  }

  /** Takes r at the state plus a small vector. */
  private void differentiate(double[] residual) {
    for (int i = 0; i < width; i++) {
      residual[i] = (residual[i] - r[i]) / DIFFERENCE;
    }
    if (krylov.take(residual)) {
      return;
    }
    if (krylov.isSolved()) {
      krylov.solve(d.data);
      step = Step.ROUGH;
      part = 1;
    } else {
      krylov = null;
    }
  }

  private void judgeRough(double[] tried, double[] residual, double qTried) {
    boolean falls = qTried < (part == 1 ? NEWTON_FALL : 1 - part) * q;
    if (falls) {
      move(tried, residual, qTried);
    }
    if (q <= fixedBelow && half(d.data) <= ROUGHLY_SHORT * ROUGHLY_SHORT / 2) {
      end();
    } else if (falls && iterations < mostIterations) {
      beginRoughStep();
    } else if (!falls && part > LEAST_PART) {
      part /= 2;
      for (int i = 0; i < width; i++) {
        d.data[i] /= 2;
      }
    } else {
      krylov = null;
      failed = !falls;
    }
  }

  private void judgeDamped(double[] tried, double[] residual, double qTried) {
    double promised = 0;
    for (int i = 0; i < width; i++) {
      promised += d.data[i] * (mu * d.data[i] + gradient.data[i]) / 2;
    }
    double gain = (q - qTried) / promised;
    if (gain > LEAST_GAIN) {
      move(tried, residual, qTried);
      double miss = 2 * gain - 1;
      damping *= Math.max(1.0 / 9, 1 - miss * miss * miss);
      rise = 2;
      linearized = false;
      failed = false;
      if (rough && iterations < mostIterations) {
        beginRoughStep();
      }
    } else {
      damping *= rise;
      rise *= 2;
      if (damping > MOST_DAMPING) {
        end();
      }
    }
  }

  private void move(double[] tried, double[] residual, double qTried) {
    stateS = tried;
    r = residual;
    q = qTried;
  }

  private void end() {
    ended = true;
    krylov = null;
    a = null;
    factors = null;
    normal = null;
  }
}
