package unfold.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A text in three parts, to train on, to choose by (validation) and to test on, with the vocabulary of its
 * symbols.
 *
 * <pre>{@code
 * Corpus words = Datasets.current().pennTreebankWords();
 * words.vocabulary().size()                            // 10,000
 * words.train().length                                 // 929,589
 * words.vocabulary().symbol(words.train()[0])          // "aer"
 * }</pre>
 *
 * <p>Words are what stands between spaces and ends of lines, and every end of a line is the word {@value
 * #END}. They are numbered by how often they occur in the training part, the most frequent one 0, and among
 * equally frequent ones the one that occurs first comes first. Characters are all of the text's, the end of a
 * line included, numbered in the order of their codes.
 */
public final class Corpus implements Dataset {
  /** The word at the end of every line. */
  public static final String END = "<eos>";
  /** The word that stands for all that the training part lacks, if it has this word. */
  public static final String UNKNOWN = "<unk>";

  private final Origin origin;
  private final Vocabulary vocabulary;
  private final int[] train;
  private final int[] valid;
  private final int[] test;

  Corpus(Origin origin, Vocabulary vocabulary, int[] train, int[] valid, int[] test) {
    this.origin = origin;
    this.vocabulary = vocabulary;
    this.train = train;
    this.valid = valid;
    this.test = test;
  }

  /**
   * Reads the words of a text of one's own.
   *
   * @param name what figures and tables will call it
   * @throws IOException if a file can't be read, has a character that is not ASCII or a word {@value #END},
   *     or if the training part is empty or lacks a word of another part and {@value #UNKNOWN} too
   */
  public static Corpus readWords(String name, Path train, Path valid, Path test) throws IOException {
    Path[] files = {train, valid, test};
    String[] names = new String[files.length];
    byte[][] texts = new byte[files.length][];
    for (int i = 0; i < files.length; i++) {
      names[i] = files[i].toString();
      texts[i] = Files.readAllBytes(files[i]);
    }
    return TextReader.words(own(name), names, texts);
  }

  /**
   * Reads the characters of a text of one's own: the first 90 percent are to train on, the next 5 to choose
   * by, the last 5 to test on.
   *
   * @param name what figures and tables will call it
   * @throws IOException if the file can't be read, is empty, or has a character that is not ASCII
   */
  public static Corpus readCharacters(String name, Path file) throws IOException {
    return TextReader.characters(own(name), file.toString(), Files.readAllBytes(file));
  }

  private static Origin own(String name) {
    return new Origin(name, "Read from a file of your own, whose terms you know.", "");
  }

  /** Returns the different symbols of the text. */
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /**
   * Returns the T symbols to train on: indices into the vocabulary. It is the array itself and not a copy: it
   * must not be changed.
   */
  public int[] train() {
    return train;
  }

  /** Returns the symbols to choose settings by (validation), as {@link #train} does. */
  public int[] valid() {
    return valid;
  }

  /** Returns the symbols to test on, as {@link #train} does. */
  public int[] test() {
    return test;
  }

  @Override
  public String name() {
    return origin.name();
  }

  @Override
  public String licence() {
    return origin.licence();
  }

  @Override
  public String notice() {
    return origin.notice();
  }

  /**
   * Returns the name and the counts: {@code Penn Treebank words: 929,589 / 73,760 / 82,430 of 10,000
   * different ones}.
   */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s: %,d / %,d / %,d of %,d different ones", name(), train.length,
        valid.length, test.length, vocabulary.size());
  }
}
