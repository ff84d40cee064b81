package unfold.train;

import java.util.List;
import java.util.function.IntFunction;
import unfold.Check;

/**
 * A rule that moves parameters against their gradient, in PyTorch's form. It is a description; {@link #start}
 * gives the steps of one training, with what they remember.
 */
public interface Optimizer {

  /** The steps of one training. */
  interface Steps {
    /** Moves theta by one step of a learning rate against the gradient. */
    void step(double[] theta, double[] gradient, double rate);

    /** Returns what is remembered between steps, for checkpoints: the arrays themselves. */
    double[][] memory();
  }

  /** Begins a training of that many parameters. */
  Steps start(int count);

  /** The optimisers that {@link #named} knows: those of "Capacity and Trainability". */
  List<String> NAMES = List.of("sgd", "momentum", "rmsprop", "adam");

  /**
   * Returns one of {@link #NAMES} with its momentum-like parameter, the others at their defaults: the
   * momentum, alpha of RMSprop, beta1 of Adam; plain descent has none.
   *
   * @param momentum in [0, 1)
   */
  static Optimizer named(String name, double momentum) {
    switch (name) {
      case "sgd": return sgd();
      case "momentum": return momentum(momentum);
      case "rmsprop": return rmsProp(momentum, 1e-8);
      case "adam": return adam(momentum, 0.999, 1e-8);
      default: throw new IllegalArgumentException(
          "an optimiser must be one of " + NAMES + ", but was '" + name + "'");
    }
  }

  /** Says what rule it is, with its numbers, so that a checkpoint is not gone on with by another. */
  default String text() {
    return "an optimiser of its own";
  }

  /** Returns a rule that says of itself what is given. */
  private static Optimizer saying(String text, IntFunction<Steps> start) {
    return new Optimizer() {
      @Override
      public Steps start(int count) {
        return start.apply(count);
      }

      @Override
      public String text() {
        return text;
      }
    };
  }

  /** Returns stochastic gradient descent: theta -= rate g. */
  static Optimizer sgd() {
    return momentum(0);
  }

  /** Returns descent with momentum: v = m v + g; theta -= rate v. The first v is g. */
  static Optimizer momentum(double m) {
    Check.that(m >= 0 && m < 1, "momentum must be in [0, 1), but was %s", m);
    return saying("momentum " + m, count -> new Steps() {
      private final double[] v = new double[m == 0 ? 0 : count];

      @Override
      public void step(double[] theta, double[] gradient, double rate) {
        for (int i = 0; i < theta.length; i++) {
          double move = gradient[i];
          if (m > 0) {
            v[i] = m * v[i] + gradient[i];
            move = v[i];
          }
          theta[i] -= rate * move;
        }
      }

      @Override
      public double[][] memory() {
        return new double[][] {v};
      }
    });
  }

  /** Returns RMSprop with PyTorch's defaults, alpha = 0.99 and epsilon = 1e-8. */
  static Optimizer rmsProp() {
    return rmsProp(0.99, 1e-8);
  }

  /**
   * Returns RMSprop (Tieleman and Hinton 2012): s = alpha s + (1 - alpha) g^2; theta -= rate g / (sqrt(s) +
   * epsilon), with epsilon outside the root.
   */
  static Optimizer rmsProp(double alpha, double epsilon) {
    Check.that(alpha >= 0 && alpha < 1, "alpha must be in [0, 1), but was %s", alpha);
    Check.positive("epsilon", epsilon);
    return saying("RMSprop " + alpha + " " + epsilon, count -> new Steps() {
      private final double[] s = new double[count];

      @Override
      public void step(double[] theta, double[] gradient, double rate) {
        for (int i = 0; i < theta.length; i++) {
          s[i] = alpha * s[i] + (1 - alpha) * gradient[i] * gradient[i];
          theta[i] -= rate * gradient[i] / (Math.sqrt(s[i]) + epsilon);
        }
      }

      @Override
      public double[][] memory() {
        return new double[][] {s};
      }
    });
  }

  /** Returns Adam with its paper's defaults, beta1 = 0.9, beta2 = 0.999 and epsilon = 1e-8. */
  static Optimizer adam() {
    return adam(0.9, 0.999, 1e-8);
  }

  /**
   * Returns Adam (Kingma and Ba 2014) with bias correction: m = beta1 m + (1 - beta1) g; v = beta2 v + (1 -
   * beta2) g^2; theta -= rate (m / (1 - beta1^k)) / (sqrt(v / (1 - beta2^k)) + epsilon) at step k = 1, 2, ...
   */
  static Optimizer adam(double beta1, double beta2, double epsilon) {
    Check.that(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1), but was %s", beta1);
    Check.that(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1), but was %s", beta2);
    Check.positive("epsilon", epsilon);
    return saying("Adam " + beta1 + " " + beta2 + " " + epsilon, count -> new Steps() {
      private final double[] m = new double[count];
      private final double[] v = new double[count];
      /** beta1^k and beta2^k. */
      private final double[] powers = {1, 1};

      @Override
      public void step(double[] theta, double[] gradient, double rate) {
        powers[0] *= beta1;
        powers[1] *= beta2;
        double first = rate / (1 - powers[0]);
        double second = Math.sqrt(1 - powers[1]);
        for (int i = 0; i < theta.length; i++) {
          m[i] = beta1 * m[i] + (1 - beta1) * gradient[i];
          v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] * gradient[i];
          theta[i] -= first * m[i] / (Math.sqrt(v[i]) / second + epsilon);
        }
      }

      @Override
      public double[][] memory() {
        return new double[][] {m, v, powers};
      }
    });
  }
}
