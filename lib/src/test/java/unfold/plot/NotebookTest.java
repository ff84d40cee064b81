package unfold.plot;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.plotly.components.Figure;
import tech.tablesaw.plotly.traces.ScatterTrace;
import unfold.cell.Diagram;
import unfold.cell.F1bCells;
import unfold.data.DownloadProgress;
import unfold.net.Network;
import unfold.net.NetworkDiagram;

/** The bridge, against a class with the kernel's name and methods. */
class NotebookTest {
  private static final double[] X = {1, 2};

  private final BaseKernel kernel = new BaseKernel();

  @BeforeEach
  void start() {
    BaseKernel.run(kernel);
  }

  @AfterEach
  void stop() {
    BaseKernel.run(null);
  }

  @Test
  void showsEverythingWithTextBeside() {
    assertTrue(Notebook.install());
    Map<Object, String> values = Map.of(
        new Figure(ScatterTrace.builder(X, X).build()), PlotlyJson.MIME,
        Chart.of(Draw.line(X, X)), PlotlyJson.MIME,
        Table.create(DoubleColumn.create("x", X)), "text/html",
        TableView.of(Table.create(DoubleColumn.create("x", X))), "text/html",
        Svg.of("<svg/>"), "image/svg+xml",
        Diagram.of(F1bCells.rnn()), "image/svg+xml",
        NetworkDiagram.of(Network.inputs(1).layer(F1bCells.rnn(), 1).build()), "image/svg+xml",
        Latex.of("x^2"), "text/latex",
        F1bCells.rnn(), "text/latex");
    values.forEach((value, mime) -> assertEquals(Set.of(mime, "text/plain"), kernel.render(value).keySet()));
    assertInstanceOf(Map.class, kernel.render(Chart.of(Draw.line(X, X))).get(PlotlyJson.MIME));
    String equations = (String) kernel.render(F1bCells.rnn()).get("text/latex");
    assertTrue(equations.startsWith("$$\\begin{aligned}") && equations.endsWith("$$"), equations);
  }

  @Test
  void updatesWhatItShowed() {
    String id = Notebook.display(Map.of("text/plain", "one"));
    Notebook.update(id, Map.of("text/plain", "two"));
    assertEquals(List.of(id, "+" + id), kernel.messages);
    assertEquals(Map.of("text/plain", "two"), kernel.shown.get(id));
  }

  @Test
  void outsideAKernelNothingHappens() {
    BaseKernel.run(null);
    assertFalse(Notebook.isRunning());
    assertFalse(Notebook.install());
    assertDoesNotThrow(() -> Notebook.update(Notebook.display(Map.of("text/plain", "one")), Map.of()));
    assertDoesNotThrow(() -> Notebook.clear(true));
  }

  @Test
  void aKernelOfAnotherKindDoesNotStopTheStart() {
    BaseKernel.run(new BaseKernel() {
      @Override
      public Renderer getRenderer() {
        throw new UnsupportedOperationException("changed");
      }
    });
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertFalse(Notebook.install());
    } finally {
      System.setErr(before);
    }
    assertTrue(said.toString(StandardCharsets.UTF_8).startsWith("Figures and tables show as plain text: "));
  }

  @Test
  void progressIsThrottledAndEndsWithTheLastState() {
    try (ProgressBar bar = ProgressBar.of("training", 1000)) {
      for (int i = 0; i < 1000; i++) {
        bar.step("loss <" + i + ">");
      }
    }
    assertTrue(kernel.messages.size() <= 10, "messages: " + kernel.messages.size());
    assertEquals(1, kernel.shown.size(), "in place");
    Map<String, Object> last = kernel.shown.values().iterator().next();
    assertTrue(((String) last.get("text/plain")).startsWith("training 1000/1000"), last.toString());
    assertTrue(((String) last.get("text/html")).endsWith("loss &lt;999&gt;"), last.toString());
    assertFalse(((String) last.get("text/html")).contains("<progress"), "no bar stays in the notebook");
  }

  @Test
  void progressDrawsTheCurveOfALossAndKeepsIt() {
    try (ProgressBar bar = ProgressBar.of("training", 240)) {
      bar.reach(120, "resumed", 1);
      bar.reach(180, "loss 0.1", 0.1);
      bar.reach(181, "diverged", Double.NaN);
      bar.reach(240, "loss 0.01", 0.01);
    }
    Map<String, Object> last = kernel.shown.values().iterator().next();
    String html = (String) last.get("text/html");
    assertEquals("training 240/240", ((String) last.get("text/plain")).substring(0, 16));
    assertTrue(html.contains("<polyline points=\"0,1.0 "), html);
    assertTrue(html.contains(" 180,18.0 "), "a tenth is half way down to a hundredth: " + html);
    assertTrue(html.contains(" 240,35.0\""), html);
  }

  @Test
  void everyDownloadedFileHasItsBar() {
    DownloadProgress bars = ProgressBar.downloads();
    bars.show("a", 0, 2_500_000);
    bars.show("a", 2_500_000, 2_500_000);
    bars.show("b", 0, 7);
    bars.show("b", 7, 7);
    assertEquals(2, kernel.shown.size());
    assertEquals(List.of("a, kB 2500/2500", "b, kB 1/1"), kernel.shown.values().stream()
        .map(shown -> ((String) shown.get("text/plain")).replaceAll(", [0-9.]+ s$", "")).sorted().toList());
  }

  @Test
  void progressStopsAnInterruptedLoop() {
    ProgressBar bar = ProgressBar.of("training", 10);
    bar.step();
    Thread.currentThread().interrupt();
    try {
      CancellationException e = assertThrows(CancellationException.class, bar::step);
      assertEquals("training was interrupted after 1 steps", e.getMessage());
    } finally {
      Thread.interrupted();
    }
    assertThrows(IllegalArgumentException.class, () -> ProgressBar.of("x", 0));
  }

  @Test
  void formulasAndDrawings() {
    assertEquals("$$x$$", Latex.of(" x ").text());
    assertEquals("$$x$$", Latex.of("$$x$$").text());
    assertEquals("\\begin{align*}x\\end{align*}", Latex.of("\\begin{align*}x\\end{align*}").text());
    assertEquals("$$\\begin{cases}x\\end{cases}$$", Latex.of("\\begin{cases}x\\end{cases}").text());
    assertThrows(IllegalArgumentException.class, () -> Svg.of("<p>"));
  }
}
