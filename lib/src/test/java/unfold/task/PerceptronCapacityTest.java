package unfold.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static unfold.task.FlaggedBitsTest.assertMessage;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import unfold.Seed;
import unfold.engine.Batch;

/** Bounds on counts are five standard deviations of a fair draw. */
class PerceptronCapacityTest {
  private static final PerceptronCapacity.Settings SETTINGS =
      new PerceptronCapacity.Settings(12, 1000).steps(7);
  private static final PerceptronCapacity TASK = PerceptronCapacity.draw(SETTINGS, Seed.of(1));

  private static double[] pattern(Batch batch, int t, int b) {
    int inputs = batch.xTBI().length / batch.steps() / batch.size();
    int from = (t * batch.size() + b) * inputs;
    return Arrays.copyOfRange(batch.xTBI(), from, from + inputs);
  }

  @Test
  void patternsDifferAndBitsAndLabelsAreFair() {
    Set<String> seen = new HashSet<>();
    int ones = 0;
    int labels = 0;
    for (int b = 0; b < 1000; b++) {
      double[] pattern = pattern(TASK.all(), 0, b);
      assertTrue(Arrays.stream(pattern).allMatch(v -> v == 0 || v == 1));
      ones += (int) Arrays.stream(pattern).sum();
      labels += TASK.label(b);
      assertTrue(seen.add(Arrays.toString(pattern)));
    }
    assertEquals(6000, ones, 5 * Math.sqrt(12_000 / 4.0));
    assertEquals(500, labels, 5 * Math.sqrt(1000 / 4.0));
    assertEquals(Math.max(labels, 1000 - labels) / 1000.0, TASK.chanceAccuracy());
    PerceptronCapacity every = PerceptronCapacity.draw(new PerceptronCapacity.Settings(8, 256), Seed.of(1));
    assertEquals(256, every.all().size(), "all patterns that there are");
  }

  @Test
  void outputsCountFromStepFiveOnOrAtTheLastOfFewer() {
    for (int steps : new int[] {1, 4, 5, 7}) {
      Batch batch = PerceptronCapacity.draw(SETTINGS.steps(steps), Seed.of(1)).all();
      for (int t = 0; t < steps; t++) {
        boolean counts = t + 1 >= 5 || t + 1 == steps;
        for (int b = 0; b < 1000; b++) {
          assertEquals(counts ? 1 : 0, batch.wTB()[t * 1000 + b]);
          assertEquals(counts ? TASK.label(b) : 0, batch.yTBO()[t * 1000 + b], "the label is that of any T");
        }
      }
    }
  }

  @Test
  void anotherStepMayBeTheFirstThatCounts() {
    Batch batch = PerceptronCapacity.draw(SETTINGS.countingFrom(2), Seed.of(1)).all();
    Batch last = PerceptronCapacity.draw(SETTINGS.countingFrom(99), Seed.of(1)).all();
    for (int t = 1; t <= 7; t++) {
      assertEquals(t >= 2 ? 1 : 0, batch.wTB()[(t - 1) * 1000]);
      assertEquals(t == 7 ? 1 : 0, last.wTB()[(t - 1) * 1000]);
    }
  }

  @Test
  void aPatternIsShownOnceOrAtEveryStep() {
    Batch once = PerceptronCapacity.draw(SETTINGS.shown(InputMode.ONCE), Seed.of(1)).all();
    for (int t = 0; t < 7; t++) {
      assertArrayEquals(pattern(TASK.all(), 0, 3), pattern(TASK.all(), t, 3));
      assertArrayEquals(t == 0 ? pattern(TASK.all(), 0, 3) : new double[12], pattern(once, t, 3));
    }
  }

  @Test
  void anEpochHoldsEachSampleOnceInAnOrderOfItsOwn() {
    Seed order = Seed.of(9);
    StringBuilder[] epochs = {new StringBuilder(), new StringBuilder()};
    for (int epoch = 0; epoch < 2; epoch++) {
      TreeSet<String> seen = new TreeSet<>();
      for (int k = 0; k < 10; k++) {
        Batch batch = TASK.batch(100, order, 10 * epoch + k);
        for (int b = 0; b < 100; b++) {
          String sample = Arrays.toString(pattern(batch, 6, b)) + batch.yTBO()[600 + b];
          seen.add(sample);
          epochs[epoch].append(sample);
        }
      }
      assertEquals(1000, seen.size());
    }
    assertFalse(epochs[0].toString().contentEquals(epochs[1]));
    double[] third = TASK.batch(100, order, 3).xTBI();
    TASK.batch(100, Seed.of(10), 44);
    assertArrayEquals(third, TASK.batch(100, order, 3).xTBI(), "whatever was asked for before");
    assertSame(TASK.all(), TASK.batch(1000, order, 3));
  }

  @Test
  void accuracyIsThatOfTheLastStepsSign() {
    double[] outputs = new double[7 * 1000];
    for (int b = 0; b < 1000; b++) {
      outputs[6000 + b] = TASK.label(b) == 1 ? 0.2 : -3;
      outputs[5000 + b] = -outputs[6000 + b];
    }
    assertEquals(1, TASK.accuracy(outputs));
    outputs[6000] *= -1;
    outputs[6999] = 0;
    assertEquals(0.998, TASK.accuracy(outputs));
  }

  /**
   * Equation 21, of the joint distribution of an even label and an answer that is right with probability p.
   */
  @Test
  void bitsAreTheMutualInformation() {
    for (double p : new double[] {0.5, 0.61, 0.9, 0.999, 1}) {
      double information = 0;
      for (double both : new double[] {p / 2, p / 2, (1 - p) / 2, (1 - p) / 2}) {
        information += both == 0 ? 0 : both * Math.log(both / 0.25) / Math.log(2);
      }
      assertEquals(1000 * information, TASK.bits(p), 1e-9);
      assertEquals(0, TASK.bits(1 - p), p == 0.5 ? 1e-9 : 0, "worse than chance is no knowledge here");
    }
  }

  @Test
  void saysWhatIsWrongInOneSentence() {
    assertMessage("samples must be at most the 2^3 different patterns of 3 inputs, but were 9",
        () -> new PerceptronCapacity.Settings(3, 9));
    assertMessage("steps must be at least 1, but was 0", () -> SETTINGS.steps(0));
    assertMessage("size must be in 1..1000, but was 1001", () -> TASK.batch(1001, Seed.of(1), 0));
    assertMessage("accuracy must be from 0 to 1, but was NaN", () -> TASK.bits(Double.NaN));
  }
}
