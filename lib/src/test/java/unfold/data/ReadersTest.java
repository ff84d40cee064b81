package unfold.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** The formats on small files made by hand: good ones, and each way in which one can be bad. */
class ReadersTest {
  private static final Origin ORIGIN = new Origin("mine", "free", "");

  @TempDir Path folder;

  /** Two images of 2 x 3 pixels: magic number, sizes, pixels. */
  private static byte[] images() {
    return bytes(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 1, 2, 3, 4, 255, 6, 7, 8, 9, 10, 200);
  }

  private static byte[] labels(int... labels) {
    byte[] file = bytes(0, 0, 8, 1, 0, 0, 0, labels.length);
    return join(file, bytes(labels));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static Images idx(byte[] images, byte[] labels) throws IOException {
    return Idx.read("images", images, "labels", labels);
  }

  static void fails(String message, Executable code) {
    assertEquals(message, assertThrows(IOException.class, code).getMessage());
  }

  @Test
  void imagesAreReadCompressedOrNot() throws IOException {
    Files.write(folder.resolve("i.gz"), gzip(images()));
    Files.write(folder.resolve("l"), labels(7, 0));
    Images read = Images.read(folder.resolve("i.gz"), folder.resolve("l"));
    assertEquals(2, read.size());
    assertEquals(2, read.rows());
    assertEquals(3, read.columns());
    assertEquals(7, read.label(0));
    assertArrayEquals(new int[] {7, 0}, read.labelsN());
    assertEquals(255, read.pixel(0, 5));
    assertEquals(6, read.pixel(1, 0));
    assertArrayEquals(new int[] {1, 0, 0, 0, 0, 0, 0, 1, 0, 0}, read.counts());
    assertThrows(IndexOutOfBoundsException.class, () -> read.pixel(0, 6));
  }

  @Test
  void aBadFileOfImagesIsNamed() throws IOException {
    byte[] good = images();
    byte[] ten = labels(7, 0);
    fails("images must begin with 0x00000803, the mark of images, but begins with 0x00000801",
        () -> idx(ten, ten));
    fails("labels must begin with 0x00000801, the mark of labels, but begins with 0x00000803",
        () -> idx(good, good));
    fails("images is cut: it ends within its header", () -> idx(Arrays.copyOf(good, 15), ten));
    fails("images must hold 2 x 2 x 3 values, but holds 11", () -> idx(Arrays.copyOf(good, 27), ten));
    fails("images must hold 2 x 2 x 3 values, but holds more", () -> idx(Arrays.copyOf(good, 29), ten));
    byte[] huge = good.clone();
    huge[5] = huge[9] = 1;
    fails("images says that it holds 65538 x 65538 x 3 values, which cannot be", () -> idx(huge, ten));
    byte[] negative = good.clone();
    negative[4] = -1;
    fails("images says that it holds -16777214 x 2 x 3 values, which cannot be", () -> idx(negative, ten));
    byte[] packed = gzip(good);
    fails("images is cut: its gzip stream ends too soon",
        () -> idx(Arrays.copyOf(packed, packed.length - 9), ten));
    byte[] damaged = packed.clone();
    damaged[damaged.length - 6] ^= 1;
    fails("images is damaged: Corrupt GZIP trailer", () -> idx(damaged, ten));
  }

  @Test
  void badLabelsAreNamed() {
    fails("label 1 of labels must be in 0..9, but was 10", () -> idx(images(), labels(7, 10)));
    fails("label 0 of labels must be in 0..9, but was 255", () -> idx(images(), labels(255, 1)));
    fails("labels must hold one label for each of the 2 images, but holds 3",
        () -> idx(images(), labels(1, 2, 3)));
    fails("labels must hold 2 values, but holds 1", () -> idx(images(), Arrays.copyOf(labels(1, 2), 9)));
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text, StandardCharsets.ISO_8859_1);
  }

  @Test
  void wordsAreNumberedByFrequencyThenByFirstAppearance() throws IOException {
    Corpus words = Corpus.readWords("mine", file("a", " the cat \n the dog saw <unk> \n\n"),
        file("b", "the bird\r\nsaw\tthe   cat"), file("c", ""));
    assertEquals(List.of("<eos>", "the", "cat", "dog", "saw", "<unk>"), words.vocabulary().symbols());
    assertArrayEquals(new int[] {1, 2, 0, 1, 3, 4, 5, 0, 0}, words.train());
    assertEquals("the <unk> <eos> saw the cat <eos>", words.vocabulary().text(words.valid()));
    assertEquals(0, words.test().length);
    assertEquals("mine: 9 / 7 / 0 of 6 different ones", words.toString());
    assertFalse(words.isStandIn());
    assertEquals("symbol must be one of the vocabulary's 6, but was 'bird'",
        assertThrows(IllegalArgumentException.class, () -> words.vocabulary().index("bird")).getMessage());
  }

  @Test
  void aBadTextIsNamed() throws IOException {
    Path good = file("good", "a b\n");
    Path latin = file("latin", "a b\na caf\u00e9\n");
    fails(latin + " must be ASCII text, but has byte 0xe9 in line 2",
        () -> Corpus.readWords("mine", latin, good, good));
    fails(latin + " must be ASCII text, but byte 9 is 0xe9", () -> Corpus.readCharacters("mine", latin));
    Path marked = file("marked", "a\nb <eos>\n");
    fails(marked + " must not have the word <eos>, which stands for ends of lines, but has it in line 2",
        () -> Corpus.readWords("mine", good, marked, good));
    Path strange = file("strange", "a b\na c\n");
    fails(strange + " must have no word that the part to train on lacks, but has 'c' in line 2",
        () -> Corpus.readWords("mine", good, good, strange));
    Path empty = file("empty", "");
    fails(empty + " must hold a text to train on, but is empty",
        () -> Corpus.readWords("mine", empty, good, good));
    fails(empty + " must hold a text, but is empty", () -> Corpus.readCharacters("mine", empty));
    fails("text must have only the characters 'ab ', but byte 2 is 0x43",
        () -> TextReader.characters(ORIGIN, "text", bytes('a', 'b', 'C'), "ab "));
    fails("text must have only the characters 'ab ', but byte 1 is 0xe9",
        () -> TextReader.characters(ORIGIN, "text", bytes('a', 0xe9), "ab "));
  }

  @Test
  void charactersAreNumberedByTheirCodesAndSplit90To5To5() throws IOException {
    String text = "zebra\n".repeat(20);
    Corpus characters = Corpus.readCharacters("mine", file("t", text));
    assertEquals(List.of("\n", "a", "b", "e", "r", "z"), characters.vocabulary().symbols());
    assertEquals(108, characters.train().length);
    assertEquals(6, characters.valid().length);
    assertEquals(6, characters.test().length);
    assertEquals(text, characters.vocabulary().text(characters.train()) + characters.vocabulary()
        .text(characters.valid()) + characters.vocabulary().text(characters.test()));
    // What does not divide goes to the last part.
    assertEquals("mine: 27 / 1 / 2 of 2 different ones",
        Corpus.readCharacters("mine", file("u", "ab".repeat(15))).toString());
  }
}
