package unfold.analysis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import unfold.Goldens;
import unfold.cell.McrmCells;
import unfold.net.Network;

/** Principal components, eigenvalues, angles and fixed points against NumPy, SciPy and fixed-point-finder. */
class SpectrumGoldensTest {
  private static final JsonNode GOLDENS = Goldens.read("spectrum-goldens.json");

  @Test
  void principalComponentsAreNumPys() {
    for (JsonNode golden : GOLDENS.get("components")) {
      int width = golden.get("width").asInt();
      double[] states = Goldens.numbers(golden.get("states"));
      Pca pca = Pca.of(states, width);
      assertArrayEquals(Goldens.numbers(golden.get("mean")), pca.meanS(), 1e-14);
      assertArrayEquals(Goldens.numbers(golden.get("variances")), pca.variances(), 1e-13);
      assertArrayEquals(Goldens.numbers(golden.get("shares")), pca.shares(), 1e-13);
      assertArrayEquals(Goldens.numbers(golden.get("components")), pca.componentsSS(), 1e-11);
      assertArrayEquals(Goldens.numbers(golden.get("projected")), pca.project(states, 3), 1e-11);
    }
  }

  @TestFactory
  Stream<DynamicTest> eigenvaluesAreSciPys() {
    return StreamSupport.stream(GOLDENS.get("spectra").spliterator(), false).map(golden ->
        DynamicTest.dynamicTest(golden.get("name").asText(), () -> {
          Spectrum spectrum = Spectrum.of(Goldens.numbers(golden.get("matrix")), golden.get("width").asInt());
          double[] re = Goldens.numbers(golden.get("re"));
          double[] im = Goldens.numbers(golden.get("im"));
          double tolerance = 1e-11 * spectrum.eigenvalues().get(0).modulus();
          // As sets: what is equal up to rounding may be in another order.
          List<Eigenvalue> left = new ArrayList<>(spectrum.eigenvalues());
          for (int i = 0; i < re.length; i++) {
            int k = i;
            Eigenvalue match = left.stream().filter(e -> Math.abs(e.re() - re[k]) <= tolerance
                && Math.abs(e.im() - im[k]) <= tolerance).findFirst().orElseThrow();
            left.remove(match);
          }
          assertEquals(re[0], spectrum.eigenvalues().get(0).re(), tolerance);
          assertEquals(im[0], spectrum.eigenvalues().get(0).im(), tolerance);
        }));
  }

  @Test
  void anglesAreSciPys() {
    for (JsonNode golden : GOLDENS.get("angles")) {
      int width = golden.get("width").asInt();
      Subspace a = Subspace.spannedBy(Goldens.numbers(golden.get("a")), width);
      Subspace b = Subspace.spannedBy(Goldens.numbers(golden.get("b")), width);
      assertArrayEquals(Goldens.numbers(golden.get("angles")), a.angles(b), 1e-13);
    }
  }

  @TestFactory
  Stream<DynamicTest> whatFixedPointFinderFindsIsFound() {
    return StreamSupport.stream(Goldens.read("fixed-point-goldens.json").spliterator(), false).map(golden ->
        DynamicTest.dynamicTest(golden.get("kind").asText(), () -> {
          SlowPoints found = SlowPoints.of(network(golden)).input(Goldens.numbers(golden.get("input")))
              .starts(Goldens.numbers(golden.get("starts"))).find();
          assertTrue(golden.get("points").size() >= 3);
          assertTrue(found.fixed().size() >= golden.get("points").size(), found.toString());
          for (JsonNode point : golden.get("points")) {
            double[] state = Goldens.numbers(point.get("state"));
            SlowPoint match = found.fixed().stream().filter(p -> {
              double furthest = 0;
              for (int i = 0; i < state.length; i++) {
                furthest = Math.max(furthest, Math.abs(p.stateS()[i] - state[i]));
              }
              return furthest < 1e-5;
            }).findFirst().orElseThrow();
            assertArrayEquals(Goldens.numbers(point.get("moduli")),
                match.spectrum().eigenvalues().stream().mapToDouble(Eigenvalue::modulus).toArray(), 1e-4);
          }
        }));
  }

  /** PyTorch's network as ours, gate by gate; its GRU keeps the old state where ours takes the new. */
  private static Network network(JsonNode golden) {
    int n = golden.get("units").asInt();
    boolean gru = golden.get("kind").asText().equals("GRU");
    Network net = Network.inputs(2).layer(gru ? McrmCells.gru() : McrmCells.rnn().withBiasPerMatrix(), n).build();
    Map<String, double[]> theirs = new HashMap<>();
    golden.get("parameters").properties().forEach(p -> theirs.put(p.getKey(), Goldens.numbers(p.getValue())));
    theirs.forEach((name, values) -> {
      String side = name.contains("_ih") ? "i" : "h";
      String kind = name.startsWith("weight") ? "W_" : "b_";
      if (!gru) {
        net.set(kind + (side.equals("h") ? "hh" : kind.equals("W_") ? "xh" : "hx"), values);
        return;
      }
      int size = values.length / 3;
      for (int gate = 0; gate < 3; gate++) {
        double sign = gate == 1 ? -1 : 1;
        double[] part = new double[size];
        for (int i = 0; i < size; i++) {
          part[i] = sign * values[gate * size + i];
        }
        net.set(kind + side + "rzn".charAt(gate), part);
      }
    });
    return net;
  }
}
