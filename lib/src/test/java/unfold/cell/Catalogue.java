package unfold.cell;

import java.util.List;
import java.util.stream.Stream;

/** Every cell of the four papers, for tests that hold for all. */
public final class Catalogue {
  private Catalogue() {}

  /** Returns all cells, in both nonlinearities where the paper leaves the choice. */
  public static Stream<Cell> cells() {
    return List.of(
        F1bCells.rnn().named("F1B RNN"),
        F1bCells.rnn(Expr::clamp).named("F1B RNN g"),
        F1bCells.lstm().named("F1B LSTM"),
        F1bCells.gru().named("F1B GRU"),
        F1bCells.pru(),
        MemoryCells.rnn().named("Memory RNN"),
        McrmCells.rnn().named("MCRM RNN"),
        McrmCells.rnn().withBiasPerMatrix().named("MCRM RNN, two biases"),
        McrmCells.lstm().named("MCRM LSTM"),
        McrmCells.lstm().withBiasPerMatrix().named("MCRM LSTM, two biases"),
        McrmCells.gru().named("MCRM GRU"),
        McrmCells.nlstm(),
        McrmCells.mcrm(),
        CapacityCells.rnn(Expr::tanh).named("Capacity RNN"),
        CapacityCells.irnn(),
        CapacityCells.ugrnn(Expr::tanh, 1),
        CapacityCells.ugrnn(Expr::relu, 0.5).named("UGRNN ReLU"),
        CapacityCells.gru(Expr::tanh, 1).named("Capacity GRU"),
        CapacityCells.lstm(Expr::relu, 1).named("Capacity LSTM ReLU"),
        CapacityCells.plusRnn(1)).stream();
  }
}
