package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import unfold.Goldens;

/** Against SciPy's numbers. */
class StatisticsTest {
  private static final JsonNode GOLDENS = Goldens.read("scipy-goldens.json");

  @Test
  void welchsTest() {
    for (JsonNode golden : GOLDENS.get("welch")) {
      String name = golden.get("name").asText();
      double[] first = Goldens.numbers(golden.get("first"));
      double[] second = Goldens.numbers(golden.get("second"));
      WelchTest test = WelchTest.of(first, second);
      assertEquals(golden.get("t").asDouble(), test.t(), 1e-12 * Math.abs(test.t()), name);
      assertEquals(golden.get("df").asDouble(), test.df(), 1e-12 * test.df(), name);
      assertEquals(golden.get("p").asDouble(), test.p(), 1e-9 * test.p(), name);
      assertEquals(-test.t(), WelchTest.of(second, first).t(), 1e-14 * Math.abs(test.t()));
    }
  }

  @Test
  void lineOfLeastSquares() {
    JsonNode golden = GOLDENS.get("line");
    LineFit line = LineFit.of(Goldens.numbers(golden.get("x")), Goldens.numbers(golden.get("y")));
    assertEquals(golden.get("slope").asDouble(), line.slope(), 1e-12);
    assertEquals(golden.get("intercept").asDouble(), line.intercept(), 1e-9);
    assertEquals(golden.get("r2").asDouble(), line.r2(), 1e-12);
  }

  @Test
  void median() {
    double[] sample = {5, 1, 2};
    assertEquals(2, Median.of(sample));
    assertEquals(5, sample[0], "the sample stays as it is");
    assertEquals(3, Median.of(new double[] {5, 1, 4, 2}));
    double never = Double.POSITIVE_INFINITY;
    assertEquals(2, Median.of(new double[] {never, 1, 2}));
    assertEquals(never, Median.of(new double[] {never, 1, never, never}));
    assertEquals(Double.NaN, Median.of(new double[0]));
  }

  @Test
  void saysWhatIsWrongInOneSentence() {
    assertMessage("the second sample must hold at least 2 numbers, but holds 1",
        () -> WelchTest.of(new double[] {1, 2}, new double[1]));
    assertMessage("first[1] must be finite, but was NaN",
        () -> WelchTest.of(new double[] {1, Double.NaN}, new double[2]));
    assertMessage("the numbers of one sample must differ, but all are equal in both",
        () -> WelchTest.of(new double[2], new double[] {1, 1}));
    assertMessage("y must hold 2 numbers, but holds 3", () -> LineFit.of(new double[2], new double[3]));
    assertMessage("the points of a line must differ in x, but all are at 1.0",
        () -> LineFit.of(new double[] {1, 1}, new double[] {2, 3}));
  }

  private static void assertMessage(String message, org.junit.jupiter.api.function.Executable code) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, code).getMessage());
  }
}
