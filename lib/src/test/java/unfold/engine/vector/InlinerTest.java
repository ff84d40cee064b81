package unfold.engine.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.invoke.MethodHandles;
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
    MethodHandles.Lookup lookup = SourceCompiler.defineHidden("Probe", SOURCE);
    assertTrue(lookup.lookupClass().isHidden());
    @SuppressWarnings("unchecked")
    UnaryOperator<float[]> probe =
        (UnaryOperator<float[]>) lookup.lookupClass().getDeclaredConstructor().newInstance();
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
