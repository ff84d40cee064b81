package unfold.task;

import unfold.engine.Batch;
import unfold.engine.Loss;
import unfold.engine.Program;

/** Adds up the losses of outputs, and how many of them name their class. */
final class Tally {
  private final Loss loss;
  private final int outputs;
  private final int firstNamed;
  private double sum;
  private double weight;
  private long right;
  private long named;

  Tally(Loss loss, int outputs, int firstNamed) {
    this.loss = loss;
    this.outputs = outputs;
    this.firstNamed = firstNamed;
  }

  void add(Batch batch, double[] yTBO) {
    double[] weights = Program.weights(batch);
    for (int row = 0; row < weights.length; row++) {
      if (weights[row] == 0) {
        continue;
      }
      weight += weights[row];
      sum += weights[row] * loss(batch, yTBO, row);
      if (loss == Loss.SOFTMAX_CROSS_ENTROPY && row / batch.size() + 1 >= firstNamed) {
        count(batch, yTBO, row);
      }
    }
  }

  private double loss(Batch batch, double[] yTBO, int row) {
    if (loss == Loss.SOFTMAX_CROSS_ENTROPY) {
      return softmax(batch, yTBO, row);
    }
    double total = 0;
    for (int o = row * outputs; o < (row + 1) * outputs; o++) {
      double y = yTBO[o];
      double target = batch.yTBO()[o];
      total += loss == Loss.SQUARED_ERROR ? (y - target) * (y - target)
          : StrictMath.log1p(StrictMath.exp(-Math.abs(y))) + Math.max(y, 0) - y * target;
    }
    return total / outputs;
  }

  /** The sum over the groups of outputs, each with a class. */
  private double softmax(Batch batch, double[] yTBO, int row) {
    int groups = batch.groups();
    int width = outputs / groups;
    double total = 0;
    for (int g = row * groups; g < (row + 1) * groups; g++) {
      double most = yTBO[g * width + Answers.best(yTBO, g * width, width)];
      double sum = 0;
      for (int o = g * width; o < (g + 1) * width; o++) {
        sum += StrictMath.exp(yTBO[o] - most);
      }
      total += StrictMath.log(sum) + most - yTBO[g * width + batch.cTB()[g]];
    }
    return total;
  }

  private void count(Batch batch, double[] yTBO, int row) {
    int groups = batch.groups();
    for (int g = row * groups; g < (row + 1) * groups; g++) {
      named++;
      right += Answers.right(yTBO, batch, g, outputs / groups) ? 1 : 0;
    }
  }

  Score score() {
    return new Score(sum / weight, named == 0 ? Double.NaN : (double) right / named);
  }
}
