package unfold.cell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import unfold.engine.Batch;
import unfold.engine.Interpreter;
import unfold.engine.Program;
import unfold.net.Network;

/**
 * The cells against their papers: equations as printed, numbers of parameters, and which way each gate turns.
 */
class CatalogueTest {
  private static final double OPEN = 60;
  private static final double SHUT = -60;

  /** The equations of {@code equations.txt}, each cell's under its name in the catalogue. */
  @Test
  void equationsAreAsPrinted() throws IOException {
    Map<String, Cell> cells = new HashMap<>();
    Catalogue.cells().forEach(cell -> cells.put(cell.name(), cell));
    cells.put("Capacity LSTM", CapacityCells.lstm(Expr::tanh, 1));
    cells.put("+RNN", CapacityCells.plusRnn(Expr::tanh, Expr::tanh, 1, 1));
    int compared = 0;
    for (String section : printed().split("(?m)^# ")) {
      List<String> lines = section.strip().lines().toList();
      if (lines.size() > 1) {
        Cell cell = cells.get(lines.get(0).replaceFirst(",.*", ""));
        List<String> ours = cell.latex().lines().filter(line -> line.contains("&="))
            .map(line -> normal(line.replace("&=", "=").replace("\\\\", ""))).toList();
        assertEquals(lines.stream().skip(1).map(CatalogueTest::normal).toList(), ours, lines.get(0));
        compared++;
      }
    }
    assertEquals(14, compared, "cells whose equations are printed");
    assertTrue(CapacityCells.irnn().latex().contains("\\mathrm{ReLU}"));
  }

  private static String printed() throws IOException {
    try (InputStream in = CatalogueTest.class.getResourceAsStream("equations.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Without spaces, faces of letters, sizes of brackets, and braces. */
  private static String normal(String latex) {
    return latex.replaceAll("\\\\(mathbf|mathrm|mathit|text|left|right)", "").replaceAll("[{}\\s]", "");
  }

  // Parameters.

  @Test
  void namesOfParameters() {
    assertEquals(List.of("W_z", "U_z", "b_z", "W_s~", "U_s~", "b_s~"), names(F1bCells.pru()));
    assertEquals(List.of("W", "W_in"), names(MemoryCells.rnn()));
    assertEquals(List.of("W_xi", "W_hi", "b_i", "W_xf", "W_hf", "b_f", "W_xc", "W_hc", "b_c", "W_ir", "b_ir",
        "W_hr", "b_hr",
        "W_iz", "b_iz", "W_hz", "b_hz", "W_in", "b_in", "W_hn", "b_hn", "W_xo", "W_ho", "b_o"),
        names(McrmCells.mcrm()));
    assertEquals(List.of("W_ch", "W_cx", "b_c", "W_gh", "W_gx", "b_g"),
        names(CapacityCells.ugrnn(Expr::tanh, 1)));
    assertEquals(List.of("W_xh", "b_hx", "W_hh", "b_hh"), names(McrmCells.rnn().withBiasPerMatrix()));
    Parameter nested = McrmCells.mcrm().parameters().stream().filter(p -> p.name().equals("W_ir")).findFirst()
        .orElseThrow();
    assertEquals("2n", nested.columns().toString());
    assertEquals(Parameter.Role.RECURRENT, nested.role());
  }

  private static List<String> names(Cell cell) {
    return cell.parameters().stream().map(Parameter::name).toList();
  }

  /**
   * MCRM, Table 2: the sizes fit Table 1's 95K with the two biases of the authors' programs, and with one
   * nearly.
   */
  @Test
  void sizesOfTheAddingProblem() {
    assertEquals(96_405, withReadout(McrmCells.rnn().withBiasPerMatrix(), 2, 308, 1));
    assertEquals(96_289, withReadout(McrmCells.gru(), 2, 177, 1));
    assertEquals(96_238, withReadout(McrmCells.lstm().withBiasPerMatrix(), 2, 153, 1));
    assertEquals(96_174, withReadout(McrmCells.nlstm(), 2, 77, 1));
    assertEquals(95_541, withReadout(McrmCells.mcrm(), 2, 85, 1));
    assertEquals(96_405 - 308, withReadout(McrmCells.rnn(), 2, 308, 1));
    assertEquals(96_238 - 4 * 153, withReadout(McrmCells.lstm(), 2, 153, 1));
  }

  /** MCRM, Table 2: NLSTM 108 and MCRM 97 are swapped there; swapped back they fit Table 1's 152K. */
  @Test
  void sizesOfSequentialMnist() {
    assertEquals(189_010, withReadout(McrmCells.nlstm(), 1, 108, 10));
    assertEquals(124_655, withReadout(McrmCells.mcrm(), 1, 97, 10));
    assertEquals(152_688, withReadout(McrmCells.nlstm(), 1, 97, 10));
    assertEquals(154_234, withReadout(McrmCells.mcrm(), 1, 108, 10));
  }

  /** MCRM, Table 2: Table 1 says 3.3M. */
  @Test
  void sizesOfCopyMemory() {
    int[] counts = {withReadout(McrmCells.rnn().withBiasPerMatrix(), 1, 1800, 10),
        withReadout(McrmCells.gru(), 1, 1050, 10),
        withReadout(McrmCells.lstm().withBiasPerMatrix(), 1, 900, 10), withReadout(McrmCells.nlstm(), 1, 448,
        10), withReadout(McrmCells.mcrm(), 1, 500, 10)};
    double[] millions = {3.26, 3.33, 3.26, 3.22, 3.26};
    for (int i = 0; i < counts.length; i++) {
      assertEquals(millions[i], counts[i] / 1e6, 0.005);
    }
  }

  private static int withReadout(Cell cell, int inputs, int units, int outputs) {
    return cell.parameterCount(inputs, units) + outputs * (units + 1);
  }

  // Polarities: each gate is forced open or shut by its bias.

  @Test
  void updateGatesOfTheFlaggedBitPaperTakeTheNew() {
    for (Cell cell : List.of(F1bCells.gru(), F1bCells.pru())) {
      assertEquals(Math.tanh(0.7), step(net(cell).set("b_z", OPEN).set("b_s~", 0.7), 0.2)[0], 1e-12,
          cell.name());
      assertEquals(0.2, step(net(cell).set("b_z", SHUT).set("b_s~", 0.7), 0.2)[0], 1e-12, cell.name());
    }
  }

  @Test
  void updateGateOfTheMcrmPaperTakesTheNew() {
    assertEquals(Math.tanh(0.7), step(net(McrmCells.gru()).set("b_iz", OPEN).set("b_in", 0.7), 0.2)[0],
        1e-12);
    assertEquals(0.2, step(net(McrmCells.gru()).set("b_iz", SHUT).set("b_in", 0.7), 0.2)[0], 1e-12);
  }

  @Test
  void updateGatesOfTheCapacityPaperKeepTheOld() {
    Cell gru = CapacityCells.gru(Expr::tanh, 0);
    assertEquals(0.2, step(net(gru).set("b_u", OPEN).set("b_c", 0.7), 0.2)[0], 1e-12);
    assertEquals(Math.tanh(0.7), step(net(gru).set("b_u", SHUT).set("b_c", 0.7), 0.2)[0], 1e-12);
    Cell ugrnn = CapacityCells.ugrnn(Expr::tanh, 0);
    assertEquals(0.2, step(net(ugrnn).set("b_g", OPEN).set("b_c", 0.7), 0.2)[0], 1e-12);
    assertEquals(Math.tanh(0.7), step(net(ugrnn).set("b_g", SHUT).set("b_c", 0.7), 0.2)[0], 1e-12);
  }

  @Test
  void forgetBiasesOpenTowardsThePast() {
    assertEquals(0.2, step(net(CapacityCells.ugrnn(Expr::tanh, OPEN)).set("b_c", 0.7), 0.2)[0], 1e-12);
    assertEquals(0.2, step(net(CapacityCells.gru(Expr::tanh, OPEN)).set("b_c", 0.7), 0.2)[0], 1e-12);
    assertEquals(0.3, step(net(CapacityCells.lstm(Expr::tanh, OPEN)).set("b_i", SHUT), 0.2, 0.3)[1], 1e-12);
    double[] plus = step(net(CapacityCells.plusRnn(Expr::tanh, Expr::tanh, SHUT, OPEN)).set("b_h", 0.7), 0.2);
    assertEquals(0.2, plus[0], 1e-12);
  }

  @Test
  void resetGatesHideTheState() {
    Network f1b = net(F1bCells.gru()).set("b_z", OPEN).set("U_s~", 1).set("b_s~", 0.5);
    assertEquals(Math.tanh(0.5), step(f1b.copy().set("b_r", SHUT), 0.2)[0], 1e-12);
    assertEquals(Math.tanh(0.7), step(f1b.copy().set("b_r", OPEN), 0.2)[0], 1e-12);
    Network capacity = net(CapacityCells.gru(Expr::tanh, 0)).set("b_u", SHUT).set("W_ch", 1).set("b_c", 0.5);
    assertEquals(Math.tanh(0.5), step(capacity.copy().set("b_r", SHUT), 0.2)[0], 1e-12);
    assertEquals(Math.tanh(0.7), step(capacity.copy().set("b_r", OPEN), 0.2)[0], 1e-12);
    Network mcrm = net(McrmCells.gru()).set("b_iz", OPEN).set("W_hn", 1).set("b_hn", 0.1).set("b_in", 0.5);
    assertEquals(Math.tanh(0.5), step(mcrm.copy().set("b_ir", SHUT), 0.2)[0], 1e-12);
    assertEquals(Math.tanh(0.5 + 0.2 + 0.1), step(mcrm.copy().set("b_ir", OPEN), 0.2)[0], 1e-12);
  }

  @Test
  void gatesOfTheLstms() {
    // Of each: the cell, the bias of its candidate, and where c stands among its states.
    lstm(F1bCells.lstm(), "b_c~", 1);
    lstm(McrmCells.lstm(), "b_c", 1);
    lstm(CapacityCells.lstm(Expr::tanh, 0), "b_c", 1);
  }

  private static void lstm(Cell cell, String candidate, int c) {
    Network n = net(cell).set(candidate, 0.7);
    double taken = Math.tanh(0.7);
    assertEquals(0.3, step(n.copy().set("b_f", OPEN).set("b_i", SHUT), 0.2, 0.3)[c], 1e-12, cell.name());
    assertEquals(taken, step(n.copy().set("b_f", SHUT).set("b_i", OPEN), 0.2, 0.3)[c], 1e-12, cell.name());
    assertEquals(0.3 + taken, step(n.copy().set("b_f", OPEN).set("b_i", OPEN), 0.2, 0.3)[c], 1e-12,
        cell.name());
    Network kept = n.copy().set("b_f", OPEN).set("b_i", SHUT);
    assertEquals(0, step(kept.copy().set("b_o", SHUT), 0.2, 0.3)[1 - c], 1e-12, cell.name());
    assertEquals(Math.tanh(0.3), step(kept.copy().set("b_o", OPEN), 0.2, 0.3)[1 - c], 1e-12, cell.name());
  }

  /** Equation 4: the output gate of paper 1's LSTM sees c of the step before, not of this one. */
  @Test
  void peepholesSeeTheStepBefore() {
    Network n = net(F1bCells.lstm()).set("b_f", SHUT).set("b_i", OPEN).set("b_c~", 0.7).set("V_o", 1);
    double expected = Math.tanh(Math.tanh(0.7)) / (1 + Math.exp(-0.3));
    assertEquals(expected, step(n, 0.2, 0.3)[0], 1e-12);
  }

  @Test
  void gatesOfThePlusRnn() {
    Network n = net(CapacityCells.plusRnn(0)).set("b_y", 0.4).set("b_h", 0.7);
    Network open = n.copy().set("b_gy", OPEN).set("b_gh", OPEN);
    assertEquals(0.2, step(open, 0.2)[0], 1e-12);
    assertEquals(0.9, output(open, 0.9, 0.2), 1e-12);
    Network shut = n.copy().set("b_gy", SHUT).set("b_gh", SHUT);
    assertEquals(Math.tanh(0.7), step(shut, 0.2)[0], 1e-12);
    assertEquals(0.4, output(shut, 0.9, 0.2), 1e-12);
  }

  @Test
  void theMcrmNestsAGru() {
    Network n = net(McrmCells.mcrm()).set("b_f", OPEN).set("b_i", OPEN).set("b_c", 0.7).set("b_o", OPEN);
    Network keeps = n.copy().set("b_iz", SHUT);
    assertArrayEquals(new double[] {Math.tanh(0.3), 0.3}, step(keeps, 0.2, 0.3), 1e-12);
    Network takes = n.copy().set("b_iz", OPEN).set("W_in", 1, 10).set("W_hn", 100).set("b_ir", SHUT);
    assertEquals(Math.tanh(0.3 + 10 * Math.tanh(0.7)), step(takes, 0.2, 0.3)[1], 1e-12);
    assertEquals(Math.tanh(10 * Math.tanh(0.7)), step(takes.copy().set("b_f", SHUT), 0.2, 0.3)[1], 1e-12);
    assertEquals(Math.tanh(0.3), step(takes.copy().set("b_i", SHUT), 0.2, 0.3)[1], 1e-12);
  }

  @Test
  void theNlstmNestsAnLstm() {
    Network n = net(McrmCells.nlstm()).set("b_f", OPEN).set("b_i", SHUT).set("b_o", OPEN).set("W_xC", 1, 0)
        .set("b_O", OPEN);
    Network keeps = n.copy().set("b_F", OPEN).set("b_I", SHUT);
    double s = 0.4;
    assertArrayEquals(new double[] {Math.tanh(Math.tanh(s)), Math.tanh(s), s}, step(keeps, 0.2, 0.3, s),
        1e-12);
    Network takes = n.copy().set("b_F", SHUT).set("b_I", OPEN);
    assertEquals(Math.tanh(0.3), step(takes, 0.2, 0.3, s)[2], 1e-12);
    assertEquals(0, step(keeps.copy().set("b_O", SHUT), 0.2, 0.3, s)[1], 1e-12);
  }

  /** Equation 1 with a ReLU, and the clamp of the flagged-bit paper's equation 17. */
  @Test
  void activations() {
    assertEquals(0, step(net(CapacityCells.irnn()).set("b_h", -0.3), 0.2)[0]);
    assertEquals(0.3, step(net(CapacityCells.irnn()).set("b_h", 0.3), 0.2)[0]);
    assertEquals(-1, step(net(F1bCells.rnn(Expr::clamp)).set("b", -1.3), 0.2)[0]);
    assertEquals(1, step(net(F1bCells.rnn(Expr::clamp)).set("b", 1.3), 0.2)[0]);
    assertEquals(0.3, step(net(F1bCells.rnn(Expr::clamp)).set("b", 0.3), 0.2)[0]);
    assertFalse(MemoryCells.rnn().parameters().stream().anyMatch(p -> p.role() == Parameter.Role.BIAS));
  }

  private static Network net(Cell cell) {
    return Network.inputs(1).layer(cell, 1).build();
  }

  /** The states after one step on a zero input. */
  private static double[] step(Network network, double... states) {
    try (Program program = new Interpreter().compile(network.architecture())) {
      return program.run(network.theta(), Batch.of(1, 1, new double[1]).from(states), false).finalBS();
    }
  }

  private static double output(Network network, double x, double... states) {
    try (Program program = new Interpreter().compile(network.architecture())) {
      return program.run(network.theta(), Batch.of(1, 1, new double[] {x}).from(states), false).yTBO()[0];
    }
  }

  /** Two operands of one kind in one map, and a third state, each have a matrix of their own. */
  @Test
  void matricesOfOneKindAreNamedByTheirOperands() {
    Cell cell = Cell.define("three states", Notation.F1B, (eq, x) -> {
      Expr s = eq.state("s");
      Expr p = eq.state("p");
      Expr q = eq.state("q");
      Expr r = eq.let("r", Expr.sigmoid(eq.affine("r", x, s, p, q)));
      eq.next(p, r);
      eq.next(q, r.complement());
      return eq.next(s, Expr.tanh(eq.affine("n", s, r)));
    });
    assertEquals(List.of("W_r", "U_r", "V_r", "V_r,q", "b_r", "U_n", "U_n,r", "b_n"), names(cell));
  }
}
