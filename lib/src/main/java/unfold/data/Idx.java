package unfold.data;

import static unfold.data.BadFileException.require;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file in MNIST's format: a magic number and the sizes of the axes as big-endian integers, then a byte for
 * each value; compressed by gzip or not.
 *
 * @param sizes of the axes
 * @param values all of them, the last axis running fastest
 */
record Idx(int[] sizes, byte[] values) {
  private static final int IMAGES = 0x803;
  private static final int LABELS = 0x801;
  /** No gzip file is packed tighter than this. */
  private static final double TIGHTEST = 1032;

  /** Reads images and labels that belong together; the names are for messages. */
  static Images read(String imagesName, byte[] imagesFile, String labelsName, byte[] labelsFile)
      throws IOException {
    Idx images = read(imagesName, imagesFile, IMAGES, "images", 3);
    Idx labels = read(labelsName, labelsFile, LABELS, "labels", 1);
    int count = images.sizes[0];
    require(labels.sizes[0] == count, "%s must hold one label for each of the %d images, but holds %d",
        labelsName, count, labels.sizes[0]);
    int[] labelsN = new int[count];
    for (int n = 0; n < count; n++) {
      labelsN[n] = labels.values[n] & 0xff;
      require(labelsN[n] < Images.CLASSES, "label %d of %s must be in 0..9, but was %d", n, labelsName,
          labelsN[n]);
    }
    return new Images(images.sizes[1], images.sizes[2], images.values, labelsN);
  }

  private static Idx read(String name, byte[] file, int magic, String what, int axes) throws IOException {
    try (InputStream in = open(file)) {
      byte[] header = in.readNBytes(4 * (1 + axes));
      require(header.length >= 4, "%s is cut: it ends within its header", name);
      int found = ByteBuffer.wrap(header).getInt();
      require(found == magic, "%s must begin with 0x%08x, the mark of %s, but begins with 0x%08x", name,
          magic,
          what, found);
      require(header.length == 4 * (1 + axes), "%s is cut: it ends within its header", name);
      int[] sizes = new int[axes];
      ByteBuffer.wrap(header, 4, 4 * axes).asIntBuffer().get(sizes);
      String shape = Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining(" x "));
      double count = Arrays.stream(sizes).asDoubleStream().reduce(1, (a, b) -> a * b);
      require(Arrays.stream(sizes).allMatch(size -> size > 0) && count <= TIGHTEST * file.length
          && count < Integer.MAX_VALUE, "%s says that it holds %s values, which cannot be", name, shape);
      byte[] values = new byte[(int) count];
      int there = in.readNBytes(values, 0, values.length);
      require(there == values.length, "%s must hold %s values, but holds %d", name, shape, there);
      require(in.read() < 0, "%s must hold %s values, but holds more", name, shape);
      return new Idx(sizes, values);
    } catch (EOFException e) {
      throw new BadFileException("%s is cut: its gzip stream ends too soon", name);
    } catch (ZipException e) {
      throw new BadFileException("%s is damaged: %s", name, e.getMessage());
    }
  }

  private static InputStream open(byte[] file) throws IOException {
    InputStream in = new ByteArrayInputStream(file);
    boolean packed = file.length > 1 && (file[0] & 0xff) == 0x1f && (file[1] & 0xff) == 0x8b;
    return packed ? new GZIPInputStream(in, 1 << 16) : in;
  }
}
