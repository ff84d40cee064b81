package unfold.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import unfold.cell.Cell;
import unfold.cell.McrmCells;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Readout;

/**
 * Both rules of sizing, on every entry of MCRM's Table 2 with its number of parameters as notes on the paper
 * give it.
 */
class SizingTest {
  private static final List<Cell> CELLS = McrmCells.allAsCounted();

  /** A row: RNN, GRU, LSTM, NLSTM, MCRM. */
  private record Row(String task, int[] sizes, int[] counts) {
    Architecture network(Cell cell, int n) {
      return switch (task) {
        case "adding" -> Network.inputs(2).layer(cell, n).readout(1).architecture();
        case "words" -> Network.inputs(10_000).embedded(n).layer(cell, n).readout(Readout.tied(10_000))
            .architecture();
        case "characters" -> Network.inputs(50).embedded(n).layer(cell, n).readout(50).architecture();
        default -> Network.inputs(1).layer(cell, n).readout(10).architecture();
      };
    }
  }

  /** Sequential MNIST with the NLSTM's and the MCRM's sizes, which the paper has swapped, in their places. */
  private static final List<Row> TABLE = List.of(
      new Row("adding", new int[] {308, 177, 153, 77, 85},
          new int[] {96_405, 96_289, 96_238, 96_174, 95_541}),
      new Row("images", new int[] {384, 222, 192, 97, 108},
          new int[] {152_458, 152_080, 151_690, 152_688, 154_234}),
      new Row("copy", new int[] {1800, 1050, 900, 448, 500},
          new int[] {3_263_410, 3_327_460, 3_259_810, 3_221_130, 3_262_010}),
      new Row("words", new int[] {125, 119, 117, 100, 109},
          new int[] {1_291_500, 1_285_680, 1_290_448, 1_210_800, 1_303_067}),
      new Row("characters", new int[] {2900, 1680, 1050, 920, 1000},
          new int[] {17_115_850, 17_112_530, 8_933_450, 17_027_410, 17_110_050}));

  @Test
  void everyEntryHasItsNumberOfParameters() {
    for (Row row : TABLE) {
      assertArrayEquals(row.counts, IntStream.range(0, 5)
          .map(k -> row.network(CELLS.get(k), row.sizes[k]).parameterCount()).toArray(), row.task);
    }
    Row images = TABLE.get(1);
    assertEquals(189_010, images.network(McrmCells.nlstm(), 108).parameterCount(), "as printed");
    assertEquals(124_655, images.network(McrmCells.mcrm(), 97).parameterCount(), "as printed");
  }

  @Test
  void bothRulesFindEveryEntry() {
    for (Row row : TABLE) {
      for (int k = 0; k < 5; k++) {
        Cell cell = CELLS.get(k);
        IntFunction<Architecture> network = n -> row.network(cell, n);
        int size = row.sizes[k];
        int count = row.counts[k];
        int below = network.apply(size - 1).parameterCount();
        int above = network.apply(size + 1).parameterCount();
        String entry = row.task + ", " + cell.name();
        assertEquals(size, Sizing.largest(count, network), entry);
        assertEquals(size, Sizing.largest(above - 1, network), entry);
        assertEquals(size - 1, Sizing.largest(count - 1, network), entry);
        assertEquals(size, Sizing.nearest(count, network), entry);
        assertEquals(size, Sizing.nearest((count + above) / 2, network), entry);
        assertEquals(size + 1, Sizing.nearest((count + above) / 2 + 1, network), entry);
        assertEquals(size - 1, Sizing.nearest((below + count) / 2, network), entry);
      }
    }
  }

  /**
   * One budget gives the whole row, the LSTM's count; the largest below Table 1's 95K would be smaller, all
   * five.
   */
  @Test
  void addingIsSizedByTheNearest() {
    Row adding = TABLE.get(0);
    for (int k = 0; k < 5; k++) {
      Cell cell = CELLS.get(k);
      assertEquals(adding.sizes[k], Sizing.nearest(96_238, n -> adding.network(cell, n)), cell.name());
      assertTrue(Sizing.largest(95_000, n -> adding.network(cell, n)) < adding.sizes[k], cell.name());
    }
    assertEquals(1, Sizing.nearest(2, n -> adding.network(McrmCells.mcrm(), n)));
  }

  /**
   * PyTorch's second bias is n numbers more for the RNN, 4 n for the LSTM, and none where the equations have
   * it.
   */
  @Test
  void thePapersCountIsOursAndTheSecondBiases() {
    int[] more = {1, 0, 4, 0, 0};
    for (int k = 0; k < 5; k++) {
      assertEquals(McrmCells.all().get(k).name(), CELLS.get(k).name());
      int ours = TABLE.get(0).network(McrmCells.all().get(k), 50).parameterCount();
      assertEquals(ours + 50 * more[k], TABLE.get(0).network(CELLS.get(k), 50).parameterCount());
    }
  }
}
