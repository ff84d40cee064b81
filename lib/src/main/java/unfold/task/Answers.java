package unfold.task;

import unfold.Check;
import unfold.engine.Batch;

/** Classes that outputs stand for, beside those that were asked for. */
final class Answers {
  private Answers() {}

  /** The class with the greatest of some outputs; the first of equals. */
  static int best(double[] y, int first, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      best = y[first + c] > y[first + best] ? c : best;
    }
    return best;
  }

  /** Returns whether an answer is right. */
  static boolean right(double[] yTBO, Batch batch, int answer, int classes) {
    return best(yTBO, answer * classes, classes) == batch.cTB()[answer];
  }

  /** The fraction of answers that are right, of those at steps with a weight above zero. */
  static double accuracy(double[] yTBO, Batch batch, int classes) {
    int groups = batch.groups();
    Check.shape("yTBO", yTBO, batch.steps(), batch.size(), groups * classes);
    int right = 0;
    int asked = 0;
    for (int i = 0; i < batch.cTB().length; i++) {
      if (batch.wTB() == null || batch.wTB()[i / groups] > 0) {
        asked++;
        right += right(yTBO, batch, i, classes) ? 1 : 0;
      }
    }
    return (double) right / asked;
  }

  /** The entropy in nats of how often each class came. */
  static double entropy(double[] counts) {
    double sum = 0;
    for (double count : counts) {
      sum += count;
    }
    double entropy = 0;
    for (double count : counts) {
      entropy -= count > 0 ? count / sum * StrictMath.log(count / sum) : 0;
    }
    return entropy;
  }
}
