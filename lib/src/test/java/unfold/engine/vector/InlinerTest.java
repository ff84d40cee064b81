package unfold.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Source that is compiled in memory, with the elementary functions written into it. */
class InlinerTest {
  private static final String SOURCE = String.join("\n",
      "package unfold.engine.vector;",
      "import jdk.incubator.vector.FloatVector;",
      "// FloatFunctions.tanh(x) in a comment; it stays",
      "final class Probe implements java.util.function.UnaryOperator<float[]> {",
      "  public float[] apply(float[] a) {",
      "    FloatVector x = FloatVector.fromArray(FloatFunctions.SPECIES, a, 0);",
      "    FloatVector y = FloatFunctions.exp(FloatFunctions.tanh(x.mul(FloatFunctions.sigmoid(x))).add(1))",
      "        .sub(FloatFunctions.log(x));",
      "    y.intoArray(a, 0);",
      "    return a;",
      "  }",
      "}", "");

  @Test
  void callsAreReplacedAndMeanTheSame() throws ReflectiveOperationException {
    String expanded = Inliner.expand(SOURCE);
    assertTrue(expanded.contains("// FloatFunctions.tanh(x) in a comment; it stays"));
    assertFalse(expanded.replace("// FloatFunctions.tanh(", "").matches("(?s).*FloatFunctions\\.\\w+\\(.*"), expanded);
    Kernels kernels = Kernels.of(Precision.FLOAT);
    UnaryOperator<float[]> probe = probe(SOURCE);
    assertTrue(probe.getClass().isHidden());
    float[] x = new float[Kernels.LANES];
    for (int i = 0; i < x.length; i++) {
      x[i] = 0.25f + i;
    }
    float[] s = x.clone();
    kernels.sigmoid(s, 0, s.length);
    for (int i = 0; i < s.length; i++) {
      s[i] *= x[i];
    }
    kernels.tanh(s, 0, s.length);
    for (int i = 0; i < s.length; i++) {
      s[i] += 1;
    }
    kernels.exp(s, 0, s.length);
    float[] log = x.clone();
    kernels.log(log, 0, log.length);
    float[] y = probe.apply(x.clone());
    int width = kernels.vectorBits() / Float.SIZE;
    for (int i = 0; i < width; i++) {
      assertEquals(s[i] - log[i], y[i]);
    }
  }

  /** Where masks are slow the two are one; other machines compare them. */
  @Test
  void whatGoesByBitsIsTheSame() throws ReflectiveOperationException {
    float[] x = {0, -0f, 0.5f, -0.5f, 1, -1, Math.nextUp(1f), -Math.nextUp(1f), 3e38f, -3e38f, Float.MIN_VALUE,
        Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, Float.intBitsToFloat(0xffc00000), -1e-30f};
    float[] y = clamped("clamp", x);
    float[] byBits = clamped("clampByBits", x);
    for (int i = 0; i < x.length; i++) {
      float expected = x[i] > 1 ? 1 : x[i] < -1 ? -1 : x[i];
      assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(y[i]), "clamp of " + x[i]);
      assertEquals(Float.floatToRawIntBits(expected), Float.floatToRawIntBits(byBits[i]), "clampByBits of " + x[i]);
    }
  }

  /** Returns what a function makes of numbers, of which there are {@link Kernels#LANES}. */
  private static float[] clamped(String function, float[] x) throws ReflectiveOperationException {
    String source = String.join("\n", "package unfold.engine.vector;", "import jdk.incubator.vector.FloatVector;",
        "final class Probe implements java.util.function.UnaryOperator<float[]> {", "  public float[] apply(float[] a) {",
        "    for (int i = 0; i < a.length; i += FloatFunctions.SPECIES.length()) {",
        "      FloatFunctions." + function + "(FloatVector.fromArray(FloatFunctions.SPECIES, a, i)).intoArray(a, i);", "    }",
        "    return a;", "  }", "}", "");
    Kernels.of(Precision.FLOAT);
    return probe(source).apply(x.clone());
  }

  @SuppressWarnings("unchecked")
  private static UnaryOperator<float[]> probe(String source) throws ReflectiveOperationException {
    return (UnaryOperator<float[]>) SourceCompiler.defineHidden("Probe", source).lookupClass().getDeclaredConstructor()
        .newInstance();
  }

  @Test
  void sourceWithoutCallsStaysAsItIs() {
    String source = "package p;\nfinal class A {\n  int exp(int x) { return x; }\n}";
    assertEquals(source, Inliner.expand(source));
  }

  @Test
  void anErrorNamesItsLine() {
    IllegalStateException e = assertThrows(IllegalStateException.class,
        () -> SourceCompiler.defineHidden("Wrong", "package unfold.engine.vector;\nclass Wrong {\n  int a = \"b\";\n}\n"));
    assertTrue(e.getMessage().contains("Wrong") && e.getMessage().contains("line 3: int a = \"b\";"), e.getMessage());
  }

  @Test
  void oneClassOnly() {
    assertThrows(IllegalStateException.class, () -> SourceCompiler.defineHidden("Two",
        "package unfold.engine.vector;\nclass Two {\n  class Inner {}\n}\n"));
  }
}
