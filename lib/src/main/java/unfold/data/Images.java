package unfold.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Grey images of one size with their classes 0 to 9: N images of I = rows x columns pixels. */
public final class Images {
  /** The number of classes. */
  public static final int CLASSES = 10;

  private final int rows;
  private final int columns;
  private final byte[] pixelsNI;
  private final int[] labelsN;

  /** Takes the arrays as they are: labels in 0..9, and rows x columns pixels for each. */
  Images(int rows, int columns, byte[] pixelsNI, int[] labelsN) {
    this.rows = rows;
    this.columns = columns;
    this.pixelsNI = pixelsNI;
    this.labelsN = labelsN;
  }

  /**
   * Reads images and their labels from a pair of files in MNIST's format (IDX), compressed by gzip or not:
   * for a set of one's own in its place, as Fashion-MNIST.
   *
   * @throws IOException if a file can't be read, is of another format, is cut or too long, has a label above
   *     9, or if there is not one label for each image
   */
  public static Images read(Path images, Path labels) throws IOException {
    return Idx.read(images.toString(), Files.readAllBytes(images), labels.toString(),
        Files.readAllBytes(labels));
  }

  /** Returns the number N of images. */
  public int size() {
    return labelsN.length;
  }

  /** Returns the number of rows of an image; MNIST's have 28. */
  public int rows() {
    return rows;
  }

  /** Returns the number of columns of an image; MNIST's have 28. */
  public int columns() {
    return columns;
  }

  /** Returns the number I of pixels of an image. */
  public int pixels() {
    return rows * columns;
  }

  /**
   * Returns all pixels, image by image and row by row from the top left, 0 the background and 255 (as a byte,
   * -1) full ink. It is the array itself and not a copy: it must not be changed.
   */
  public byte[] pixelsNI() {
    return pixelsNI;
  }

  /**
   * Returns a pixel, in 0..255.
   *
   * @param n the image, in 0..N - 1
   * @param i the pixel, row by row from the top left, in 0..I - 1
   */
  public int pixel(int n, int i) {
    Objects.checkIndex(i, pixels());
    return pixelsNI[n * pixels() + i] & 0xff;
  }

  /**
   * Returns the class of each image, in 0..9. It is the array itself and not a copy: it must not be changed.
   */
  public int[] labelsN() {
    return labelsN;
  }

  /** Returns the class of image n, in 0..9. */
  public int label(int n) {
    return labelsN[n];
  }

  /** Returns the number of images of each class. */
  public int[] counts() {
    int[] counts = new int[CLASSES];
    for (int label : labelsN) {
      counts[label]++;
    }
    return counts;
  }
}
