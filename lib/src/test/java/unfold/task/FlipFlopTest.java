package unfold.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import unfold.Seed;
import unfold.engine.Batch;

/** The task as section 3 of the paper states it. Bounds on counts are five standard deviations. */
class FlipFlopTest {
  private static final Seed SEED = Seed.of(5);
  private static final int STEPS = 100_000;

  @Test
  void spikesAreFairPoissonEventsOfEachChannel() {
    Batch batch = FlipFlop.of(3).sequence(STEPS, SEED);
    double expected = STEPS / 50.0;
    double sd = Math.sqrt(expected * (1 - 1 / 50.0));
    int together = 0;
    for (int c = 0; c < 3; c++) {
      int spikes = 0;
      int positive = 0;
      int twice = 0;
      for (int t = 0; t < STEPS; t++) {
        double x = batch.xTBI()[3 * t + c];
        assertTrue(x == 0 || x == 1 || x == -1);
        spikes += x != 0 ? 1 : 0;
        positive += x > 0 ? 1 : 0;
        twice += t > 0 && x != 0 && batch.xTBI()[3 * (t - 1) + c] != 0 ? 1 : 0;
        together += c > 0 && x != 0 && batch.xTBI()[3 * t] != 0 ? 1 : 0;
      }
      assertEquals(expected, spikes, 5 * sd, "about 2,000 spikes a channel, as the paper counts");
      assertEquals(spikes / 2.0, positive, 5 * Math.sqrt(spikes / 4.0));
      assertEquals(STEPS / 2500.0, twice, 5 * Math.sqrt(STEPS / 2500.0), "a step after a spike spikes as any other");
    }
    assertEquals(2 * STEPS / 2500.0, together, 5 * Math.sqrt(2 * STEPS / 2500.0), "channels are independent");
  }

  /** The target is found from the inputs alone, by the definition. */
  @Test
  void targetIsTheSignOfTheLastSpikeSomeStepsAgo() {
    for (int delay : new int[] {0, 1, 8}) {
      Batch batch = FlipFlop.of(2).delay(delay).rate(0.1).streams(3, SEED).window(0, 300);
      int width = 3 * 2;
      for (int i = 0; i < width; i++) {
        assertTrue(batch.xTBI()[i] != 0, "every channel spikes at step 0");
        for (int t = 0; t < 300; t++) {
          double expected = 0;
          for (int s = 0; s <= t - delay; s++) {
            expected = batch.xTBI()[s * width + i] != 0 ? batch.xTBI()[s * width + i] : expected;
          }
          assertEquals(expected, batch.yTBO()[t * width + i], "delay " + delay + ", step " + t);
        }
      }
    }
  }

  @Test
  void windowsArePartsOfTheSameStreams() {
    FlipFlop task = FlipFlop.of(3).delay(8).rate(0.05);
    Batch whole = task.streams(4, SEED).window(0, 200);
    int width = 4 * 3;
    for (int start : new int[] {0, 10, 57, 190}) {
      Batch part = task.streams(4, SEED).window(start, 10);
      assertArrayEquals(Arrays.copyOfRange(whole.xTBI(), start * width, (start + 10) * width), part.xTBI());
      assertArrayEquals(Arrays.copyOfRange(whole.yTBO(), start * width, (start + 10) * width), part.yTBO());
    }
    Batch fewer = task.streams(1, SEED).window(0, 200);
    for (int t = 0; t < 200; t++) {
      assertEquals(whole.xTBI()[t * width + 2], fewer.xTBI()[t * 3 + 2], "a stream depends on no other");
    }
    assertFalse(Arrays.equals(whole.xTBI(), task.streams(4, Seed.of(6)).window(0, 200).xTBI()));
  }

  @Test
  void accuracyCountsSignsThatAreAskedFor() {
    FlipFlop task = FlipFlop.of(2).delay(3);
    Batch batch = task.sequence(50, SEED);
    assertEquals(1, task.accuracy(batch.yTBO(), batch));
    double[] half = batch.yTBO().clone();
    for (int t = 0; t < 50; t++) {
      half[2 * t] *= -0.1;
    }
    assertEquals(0.5, task.accuracy(half, batch));
    double[] none = batch.yTBO().clone();
    Arrays.fill(none, Double.NaN);
    assertEquals(0, task.accuracy(none, batch));
    assertEquals(0, task.accuracy(new double[100], batch));
    Batch early = task.streams(1, SEED).window(0, 3);
    assertEquals(Double.NaN, task.accuracy(early.yTBO(), early), "nothing is asked for yet");
  }

  @Test
  void answersMustComeInTimeAndBeHeld() {
    FlipFlop task = FlipFlop.of(1).delay(2);
    double[] targets = {0, 0, 1, 1, 1, -1, -1, -1, 1, 1};
    Batch batch = Batch.of(10, 1, new double[10]).towards(targets);
    assertEquals(1, task.answered(targets, batch));
    assertEquals(2 / 3.0, task.answered(new double[] {0, 0, 1, 1, 1, 1, -1, -1, 1, 1}, batch), "one late");
    assertEquals(2 / 3.0, task.answered(new double[] {9, 9, 1, 1, -1, -1, -1, -1, 1, 1}, batch), "one early");
    assertEquals(2 / 3.0, task.answered(new double[] {0, 0, 1, 1, 1, -1, -1, -1, -1, -1}, batch), "one missed");
    assertEquals(2 / 3.0, task.answered(new double[] {0, 0, -1, 1, -1, -1, -1, -1, 1, 1}, batch), "wrong twice");
    assertEquals(0, task.answered(new double[] {0, 0, 0, 0, 0, 0, Double.NaN, 0, 0, 0}, batch));
    assertEquals(Double.NaN, task.answered(new double[2], Batch.of(2, 1, new double[2]).towards(new double[2])));
    FlipFlop late = FlipFlop.of(2).delay(4);
    Batch asked = late.streams(3, SEED).window(0, 2_000);
    double[] stepLate = FlipFlop.of(2).delay(5).streams(3, SEED).window(0, 2_000).yTBO();
    assertTrue(late.accuracy(stepLate, asked) > 0.98, "a step late hardly shows here");
    assertEquals(0, late.answered(stepLate, asked), "but does here");
    assertEquals(1, late.answered(asked.yTBO(), asked));
  }

  @Test
  void switchesAreSingleSpikesFromCornerToCorner() {
    FlipFlop task = FlipFlop.of(3).delay(4);
    Batch batch = task.sequence(STEPS, SEED);
    int from = 0b001;
    int to = 0b101;
    int[] times = task.switches(batch, from, to, 6, 10);
    // A spike a 2,500th of the steps on a channel with a sign, at one of 8 corners, and 16 steps of silence around.
    double expected = STEPS / 100.0 / 8 * Math.pow(0.98, 50);
    assertEquals(expected, times.length, 5 * Math.sqrt(expected));
    for (int time : times) {
      for (int t = time - 6; t <= time + 10; t++) {
        for (int c = 0; c < 3; c++) {
          assertEquals(t == time && c == 2 ? 1 : 0, batch.xTBI()[3 * t + c]);
        }
        if (t >= time - 6 + 4) { // A spike before the silence may still be due.
          assertEquals(t < time + 4 ? from : to, task.corner(batch.yTBO(), 3 * t), "step " + (t - time));
        }
      }
    }
    assertMessage("the corners must differ in one channel, but are 1 and 2", () -> task.switches(batch, 1, 2, 6, 0));
    assertMessage("before must be at least 4, but was 3", () -> task.switches(batch, 1, 3, 3, 0));
  }

  @Test
  void repeatsAreSingleSpikesThatChangeNothing() {
    FlipFlop task = FlipFlop.of(2).delay(4);
    Batch batch = task.sequence(STEPS, SEED);
    for (int corner = 0; corner < 4; corner++) {
      int[] times = task.repeats(batch, corner, 1, 8, 6);
      double expected = STEPS / 100.0 / 4 * Math.pow(0.98, 29);
      assertEquals(expected, times.length, 5 * Math.sqrt(expected));
      for (int time : times) {
        assertEquals((corner & 2) != 0 ? 1 : -1, batch.xTBI()[2 * time + 1]);
        for (int t = time - 1; t <= time + 6; t++) {
          assertEquals(corner, task.corner(batch.yTBO(), 2 * t), "nothing changes");
        }
      }
    }
    assertMessage("channel must be in 0..1, but was 2", () -> task.repeats(batch, 0, 2, 8, 6));
  }

  @Test
  void saysWhatItIs() {
    assertEquals("flip-flop of 3 channels, delay 8, a spike in 50 steps", FlipFlop.of(3).delay(8).toString());
    assertEquals("flip-flop of 2 channels, delay 0, a spike in 3.33 steps", FlipFlop.of(2).rate(0.3).toString());
  }

  @Test
  void badValuesAreNamed() {
    assertMessage("channels must be in 1..30, but was 0", () -> FlipFlop.of(0));
    assertMessage("channels must be in 1..30, but was 33", () -> FlipFlop.of(33));
    assertMessage("delay must be at least 0, but was -1", () -> FlipFlop.of(3).delay(-1));
    assertMessage("rate must be above 0 and at most 1 spike a step, but was 0.0", () -> FlipFlop.of(3).rate(0));
    assertMessage("rate must be above 0 and at most 1 spike a step, but was NaN", () -> FlipFlop.of(3).rate(Double.NaN));
    assertMessage("a sequence must be longer than the delay of 8 steps, but has 8",
        () -> FlipFlop.of(3).delay(8).sequence(8, SEED));
    assertMessage("start must be at least 0, but was -1", () -> FlipFlop.of(3).streams(1, SEED).window(-1, 5));
    assertMessage("the number of streams must be at least 1, but was 0", () -> FlipFlop.of(3).streams(0, SEED));
  }

  private static void assertMessage(String message, org.junit.jupiter.api.function.Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
