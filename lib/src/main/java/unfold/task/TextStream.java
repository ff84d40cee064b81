package unfold.task;

import unfold.Check;
import unfold.engine.Batch;
import unfold.engine.Loss;
import unfold.engine.Program;

/**
 * A text as a task: at every symbol, the next is to come out, in cross-entropy.
 *
 * <p>The text is cut into B streams of equal length (those at its front may be one shorter), read side by
 * side in windows of T steps, in order. Every symbol but the text's first is the target of one step. In the
 * plain form windows follow each other and each goes on from the states in which the one before ended. Or
 * windows overlap: a warm-up comes first in each, and only its last targets count ({@link #counting}); every
 * target still counts in exactly one window, the first T in the first.
 *
 * <p>Paper: Mohamed and Claudel, "MCRM: Mother Compact Recurrent Memory", section 4, Penn Treebank: by their
 * programs B = 32, T = 400 of which the last 320 count for characters, B = 16, T = 80 of which the last 40
 * count for words. Differs from them: they skip the first window's warm-up and what does not fill the streams
 * evenly.
 */
public final class TextStream implements TrainingSet, TestSet {

  /** From which states a window starts. */
  public enum Carry {
    /** From the network's own, as at a text's beginning: the warm-up is all that it knows. */
    NONE,
    /** From those after the symbol before it, however windows overlap. */
    ALONG,
    /**
     * From those in which the window before ended, which are those of a later place if windows overlap: what
     * the programs of MCRM do with PyTorch's cells.
     */
    LAST
  }

  private final int[] text;
  private final int symbols;
  private final int streams;
  private final int window;
  private final int counted;
  private final Carry carry;

  private TextStream(int[] text, int symbols, int streams, int window, int counted, Carry carry) {
    this.text = text;
    this.symbols = symbols;
    this.streams = streams;
    this.window = window;
    this.counted = counted;
    this.carry = carry;
  }

  /**
   * Returns a text in windows that follow each other, states carried along.
   *
   * @param text the symbols, each in 0..symbols-1; not copied
   * @param symbols the number of different symbols V, at least 1
   * @param streams the number of streams B, at least 1 and below the number of symbols in the text
   * @param window the steps T of a window, at least 1
   */
  public static TextStream of(int[] text, int symbols, int streams, int window) {
    Check.atLeast("the number of different symbols", symbols, 1);
    Check.atLeast("the number of streams", streams, 1);
    Check.that(text.length > streams,
        "the text must be longer than the number of streams, %d, but has %d symbols",
        streams, text.length);
    Check.atLeast("the window", window, 1);
    for (int symbol : text) {
      Check.within("a symbol", symbol, 0, symbols - 1);
    }
    return new TextStream(text, symbols, streams, window, window, Carry.ALONG);
  }

  /**
   * Returns this text in overlapping windows.
   *
   * @param last how many of a window's targets count, its last, in 1..T; the windows begin so many steps
   *     apart
   */
  public TextStream counting(int last) {
    Check.within("the number of targets that count", last, 1, window);
    return new TextStream(text, symbols, streams, window, last, carry);
  }

  /** Returns this text with windows that start from other states. */
  public TextStream carrying(Carry carry) {
    Check.that(carry != null, "carry must be NONE, ALONG or LAST, but was null");
    return new TextStream(text, symbols, streams, window, counted, carry);
  }

  /** Returns the number of inputs and outputs, which is that of different symbols V: for an embedding. */
  public int symbols() {
    return symbols;
  }

  /** Returns what training makes small: the cross-entropy of the next symbol. */
  public Loss loss() {
    return Loss.SOFTMAX_CROSS_ENTROPY;
  }

  /** Where a stream's first input stands in the text; its targets end with the next one's first input. */
  private int begin(int stream) {
    return (int) ((long) stream * (text.length - 1) / streams);
  }

  /** The number of targets of the longest stream, which the last always is. */
  private int length() {
    return text.length - 1 - begin(streams - 1);
  }

  /** Returns the number of windows. */
  @Override
  public int batches() {
    return 1 + Math.max(0, (length() - window + counted - 1) / counted);
  }

  @Override
  public boolean carriesState() {
    return carry != Carry.NONE;
  }

  /** Returns a window; all epochs are alike. */
  @Override
  public Batch batch(int epoch, int index) {
    Check.within("the index of a window", index, 0, batches() - 1);
    int from = index * counted;
    int steps = Math.min(window, length() - from);
    int warmUp = index == 0 ? 0 : window - counted;
    int[] iTB = new int[steps * streams];
    int[] cTB = new int[steps * streams];
    double[] wTB = new double[steps * streams];
    for (int b = 0; b < streams; b++) {
      int at = begin(b) + from;
      for (int t = 0; t < steps; t++) {
        iTB[t * streams + b] = text[at + t];
        cTB[t * streams + b] = text[at + t + 1];
        wTB[t * streams + b] = t >= warmUp && at + t < begin(b + 1) ? 1 : 0;
      }
    }
    return Batch.of(steps, streams, iTB).towards(cTB).weighing(wTB)
        .carryingFrom(carry == Carry.ALONG ? Math.min(counted, steps) : steps);
  }

  /**
   * Returns the mean loss over all targets of the text, window by window in order and with states carried as
   * in training; in the plain form it does not depend on T. The accuracy is not counted.
   */
  @Override
  public Score score(Program program, double[] theta) {
    double[] before = null;
    double[] after = new double[streams * program.architecture().stateWidth()];
    double sum = 0;
    for (int k = 0; k < batches(); k++) {
      Batch batch = batch(0, k);
      double count = 0;
      for (double w : batch.wTB()) {
        count += w;
      }
      sum += count * program.loss(theta, carriesState() && k > 0 ? batch.from(before) : batch, after);
      double[] spare = before == null ? after.clone() : before;
      before = after;
      after = spare;
    }
    return new Score(sum / (text.length - 1), Double.NaN);
  }
}
