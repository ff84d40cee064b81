package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TriggeredAverageTest {
  /** State (t, t^2) at step t. */
  private static final double[] STATES = IntStream.range(0, 10).boxed()
      .flatMapToDouble(t -> java.util.stream.DoubleStream.of(t, t * t)).toArray();

  @Test
  void isTheMeanOfTheAlignedStates() {
    TriggeredAverage average = TriggeredAverage.of(STATES, 2, new int[] {2, 6}, 2, 1);
    assertArrayEquals(new int[] {-2, -1, 0, 1}, average.steps());
    assertArrayEquals(new double[] {2, 8, 3, 13, 4, 20, 5, 29}, average.statesTS(), 1e-12);
    assertArrayEquals(new double[] {4, 20}, average.at(0), 1e-12);
    assertEquals(2, average.events());
  }

  @Test
  void badEventsAreNamed() {
    assertMessage("there must be an event to average over, but there is none", new int[0]);
    assertMessage("an event's step must be in 2..8, but was 1", new int[] {1});
    assertMessage("an event's step must be in 2..8, but was 9", new int[] {5, 9});
  }

  private static void assertMessage(String message, int[] times) {
    assertEquals(message, assertThrows(IllegalArgumentException.class,
        () -> TriggeredAverage.of(STATES, 2, times, 2, 1)).getMessage());
  }
}
