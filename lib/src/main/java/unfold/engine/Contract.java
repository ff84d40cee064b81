package unfold.engine;

import java.util.List;
import unfold.Check;

/**
 * What every program of a network demands of its arguments, whatever the engine. Checks of a single network's
 * arguments allocate nothing unless they fail.
 */
public final class Contract {
  private final Architecture architecture;
  private final int parameters;
  private final int states;
  private final int outputs;

  /** Makes the checks for programs of a network. */
  public Contract(Architecture architecture) {
    this.architecture = architecture;
    parameters = architecture.parameterCount();
    states = architecture.stateWidth();
    outputs = architecture.outputs();
  }

  /** Throws unless parameters and a batch fit the network. */
  public void checkRun(double[] theta, Batch batch) {
    Check.shape("theta", theta, parameters);
    if (architecture.embedded()) {
      checkIndices(batch);
    } else {
      if (batch.xTBI() == null) {
        throw new IllegalArgumentException(
            "the network has no embedding, so a batch must have inputs xTBI, but has indices iTB");
      }
      Check.shape("xTBI", batch.xTBI(), batch.steps(), batch.size(), architecture.inputs());
    }
    if (batch.sBS() != null) {
      Check.shape("sBS", batch.sBS(), batch.size(), states);
    }
  }

  private void checkIndices(Batch batch) {
    if (batch.iTB() == null) {
      throw new IllegalArgumentException(
          "the network has an embedding, so a batch must have indices iTB, but has inputs xTBI");
    }
    for (int index : batch.iTB()) {
      Check.within("an index", index, 0, architecture.inputs() - 1);
    }
  }

  /** Throws unless parameters, a batch and its targets fit the network, which must have a loss. */
  public void checkLoss(double[] theta, Batch batch) {
    checkRun(theta, batch);
    Loss loss = architecture.loss();
    if (loss == null) {
      throw new IllegalArgumentException("the network must have a loss to be trained or measured, but has none");
    }
    if (loss == Loss.SOFTMAX_CROSS_ENTROPY) {
      if (batch.cTB() == null) {
        throw new IllegalArgumentException("the loss " + loss + " needs classes cTB, but the batch has none");
      }
      if (outputs % batch.groups() != 0) {
        throw new IllegalArgumentException(batch.groups() + " classes a step and sequence need as many groups of"
            + " outputs, but the network has " + outputs + " outputs");
      }
      for (int c : batch.cTB()) {
        Check.within("a class", c, 0, outputs / batch.groups() - 1);
      }
    } else {
      if (batch.yTBO() == null) {
        throw new IllegalArgumentException(
            "the loss " + loss + " needs targets yTBO, but the batch has none");
      }
      Check.shape("yTBO", batch.yTBO(), batch.steps(), batch.size(), outputs);
    }
  }

  /** Returns the index of an embedding's row that a simulation's input gave, a whole number in 0..I-1. */
  public int index(double x) {
    if (x != (int) x || x < 0 || x >= architecture.inputs()) {
      throw new IllegalArgumentException("an index must be a whole number in 0.."
          + (architecture.inputs() - 1) + ", but was " + x);
    }
    return (int) x;
  }

  /** Throws unless the arguments of {@link Program#loss(double[], Batch, double[])} fit the network. */
  public void checkLoss(double[] theta, Batch batch, double[] finalBS) {
    checkLoss(theta, batch);
    if (finalBS != null) {
      Check.shape("finalBS", finalBS, batch.size(), states);
    }
  }

  /** Throws unless the arguments of {@link Program#gradient} fit the network. */
  public void checkGradient(double[] theta, Batch batch, double[] gradient, double[] finalBS) {
    checkLoss(theta, batch, finalBS);
    Check.shape("gradient", gradient, parameters);
  }

  /** Throws unless the arguments of {@link Program#gradients} fit the network and each other. */
  public void checkGradients(List<double[]> thetas, List<Batch> batches, List<double[]> gradients,
      List<double[]> finals) {
    checkAlike(thetas, batches, gradients, finals);
    for (int r = 0; r < thetas.size(); r++) {
      checkGradient(thetas.get(r), batches.get(r), gradients.get(r), finals == null ? null : finals.get(r));
    }
  }

  /** Throws unless there is one of everything for each network and all batches have one size. */
  static void checkAlike(List<double[]> thetas, List<Batch> batches, List<double[]> gradients,
      List<double[]> finals) {
    int count = thetas.size();
    Check.that(count > 0 && count == batches.size() && count == gradients.size(),
        "there must be one parameter array, batch and gradient for each network, but there are %d, %d, %d",
        count, batches.size(), gradients.size());
    Check.that(finals == null || finals.size() == count,
        "there must be an array of final states for each of the %d networks, but there are %d", count,
        finals == null ? 0 : finals.size());
    for (Batch batch : batches) {
      Check.that(batch.steps() == batches.get(0).steps() && batch.size() == batches.get(0).size()
          && (batch.sBS() == null) == (batches.get(0).sBS() == null)
          && batch.groups() == batches.get(0).groups() && batch.carriedStep() == batches.get(0).carriedStep(),
          "batches that are trained at once must be alike in size, classes and the step they carry on from");
    }
  }

  /** Throws unless the arguments of {@link Program#simulate} fit the network. */
  public void checkSimulation(double[] theta, double[] s0BS, int steps, int size) {
    Check.atLeast("the number of steps", steps, 1);
    Check.atLeast("the number of sequences", size, 1);
    Check.shape("theta", theta, parameters);
    if (s0BS != null) {
      Check.shape("s0BS", s0BS, size, states);
    }
  }

  /** Throws unless the arguments of {@link Program#jacobian} fit the network: one step, with its states. */
  public void checkJacobian(double[] theta, Batch points) {
    if (points.steps() != 1) {
      throw new IllegalArgumentException("a Jacobian is of one step, but the batch has " + points.steps());
    }
    if (points.sBS() == null) {
      throw new IllegalArgumentException("a Jacobian needs the states before the step: call from(sBS)");
    }
    checkRun(theta, points);
  }
}
