package unfold.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the papers' data sets are known to be, on the real files where there are any; nothing is downloaded.
 */
class RealDataTest {
  private final Datasets datasets =
      Datasets.current().withDownloads(false).withStandIns(Datasets.StandIns.NEVER);

  /** Skips the test unless the files lie where {@code UNFOLD_DATA} says. */
  static Path needs(String... files) {
    String folder = System.getenv(Datasets.FOLDER);
    assumeTrue(folder != null && !folder.isBlank(), "UNFOLD_DATA names no folder with the real files");
    for (String file : files) {
      assumeTrue(Files.exists(Path.of(folder, file)), file + " is not in " + folder
          + ", which UNFOLD_DATA names");
    }
    return Path.of(folder);
  }

  @Test
  void mnistHasItsImagesAndLabels() throws IOException {
    needs("mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz",
        "mnist/t10k-images-idx3-ubyte.gz", "mnist/t10k-labels-idx1-ubyte.gz");
    Digits mnist = datasets.mnist();
    assertEquals("MNIST: 60,000 / 10,000 images", mnist.toString());
    assertFalse(mnist.isStandIn());
    assertArrayEquals(new int[] {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949},
        mnist.train().counts());
    assertArrayEquals(new int[] {980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009},
        mnist.test().counts());
    Images train = mnist.train();
    assertEquals(28, train.rows());
    assertEquals(28, train.columns());
    assertEquals(60_000 * 784, train.pixelsNI().length);
    // The first image is a five, and the mean of all pixels is the 0.1307 that normalisations take.
    assertEquals(5, train.label(0));
    int[] row = {3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127};
    for (int column = 0; column < row.length; column++) {
      assertEquals(row[column], train.pixel(0, 5 * 28 + 12 + column));
    }
    double sum = 0;
    for (byte pixel : train.pixelsNI()) {
      sum += pixel & 0xff;
    }
    assertEquals(0.1307, sum / train.pixelsNI().length / 255, 5e-5);
  }

  private static String start(Corpus corpus, int[] part, int length) {
    return corpus.vocabulary().text(Arrays.copyOf(part, length));
  }

  /** Returns how often each symbol occurs in the part to train on. */
  static int[] counts(Corpus corpus) {
    int[] counts = new int[corpus.vocabulary().size()];
    for (int symbol : corpus.train()) {
      counts[symbol]++;
    }
    return counts;
  }

  @Test
  void pennTreebankHasItsWords() throws IOException {
    needs("ptb/ptb.train.txt", "ptb/ptb.valid.txt", "ptb/ptb.test.txt");
    Corpus words = datasets.pennTreebankWords();
    assertEquals("Penn Treebank words: 929,589 / 73,760 / 82,430 of 10,000 different ones", words.toString());
    Vocabulary vocabulary = words.vocabulary();
    assertEquals(" aer banknote berlitz calloway".trim(), start(words, words.train(), 4));
    assertEquals("consumers may want to", start(words, words.valid(), 4));
    assertEquals("no it was n't", start(words, words.test(), 4));
    assertEquals(Corpus.END, vocabulary.symbol(words.test()[82_429]));
    // By falling frequency, so that an index is a rank.
    assertEquals(List.of("the", "<unk>", "<eos>", "N", "of"), vocabulary.symbols().subList(0, 5));
    int[] counts = counts(words);
    assertEquals(42_068, counts[vocabulary.index(Corpus.END)]);
    for (int i = 1; i < counts.length; i++) {
      assertEquals(Math.max(counts[i - 1], counts[i]), counts[i - 1], vocabulary.symbol(i));
    }
    assertEquals(929_589, Arrays.stream(counts).sum());
  }

  @Test
  void pennTreebankHasItsCharacters() throws IOException {
    needs("ptb/ptb.train.txt", "ptb/ptb.valid.txt", "ptb/ptb.test.txt");
    Corpus characters = datasets.pennTreebankCharacters();
    assertEquals("Penn Treebank characters: 5,101,618 / 399,782 / 449,945 of 50 different ones",
        characters.toString());
    assertEquals("\n #$&'*-./0123456789<>N\\abcdefghijklmnopqrstuvwxyz",
        String.join("", characters.vocabulary().symbols()));
    assertEquals(" aer banknote", start(characters, characters.train(), 13));
    assertEquals("here with us \n", characters.vocabulary()
        .text(Arrays.copyOfRange(characters.test(), 449_931, 449_945)));
  }

  @Test
  void aPrefixOfText8IsCalledOne() throws IOException {
    Path folder = needs("text8/" + KnownSet.TEXT8_PREFIX.name());
    assumeTrue(!Files.exists(folder.resolve("text8/text8")), "the whole of text8 is there");
    Corpus text8 = datasets.text8();
    assertEquals("text8, first 7,475,756 bytes: 6,728,180 / 373,788 / 373,788 of 27 different ones",
        text8.toString());
    assertFalse(text8.isStandIn());
    assertEquals(" anarchism originated", start(text8, text8.train(), 21));
    assertEquals(26, text8.vocabulary().index("z"));
    // The parts follow on each other.
    byte[] bytes = Files.readAllBytes(folder.resolve("text8/" + KnownSet.TEXT8_PREFIX.name()));
    assertEquals((char) bytes[6_728_180], text8.vocabulary().symbol(text8.valid()[0]).charAt(0));
    assertEquals((char) bytes[7_475_755], text8.vocabulary().symbol(text8.test()[373_787]).charAt(0));
  }

  @Test
  void tinyShakespeareHasItsCharacters() throws IOException {
    needs("shakespeare/input.txt");
    assertEquals("Tiny Shakespeare: 1,003,854 / 55,770 / 55,770 of 65 different ones",
        datasets.shakespeare().toString());
  }
}
