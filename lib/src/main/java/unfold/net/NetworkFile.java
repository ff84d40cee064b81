package unfold.net;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import unfold.AtomicFile;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Block;

/**
 * A network's parameters as a file in NumPy's npz format, one array a parameter: {@code numpy.load("net.npz")["1.W"]}.
 * Every number is kept to its last bit, and equal networks give equal files.
 */
public final class NetworkFile {
  /** The entry that says what the network is. */
  private static final String ARCHITECTURE = "architecture.txt";
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  /** A header is filled up to a multiple of this. */
  private static final int ALIGNMENT = 64;
  /** A zip file's entries have times; one and the same, so that the file depends on the numbers alone. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private NetworkFile() {}

  /** Writes a network; see {@link AtomicFile}. */
  public static void save(Path file, Network network) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      add(zip, ARCHITECTURE, network.architecture().text().getBytes(StandardCharsets.UTF_8));
      for (Block block : network.architecture().blocks()) {
        add(zip, block.name() + ".npy", npy(block, network.theta()));
      }
    }
    AtomicFile.write(file, bytes.toByteArray());
  }

  /**
   * Reads a network.
   *
   * @param architecture what the file's network must be
   * @throws IOException if the file can't be read, is damaged, or is of another network
   */
  public static Network load(Path file, Architecture architecture) throws IOException {
    Map<String, byte[]> entries = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        entries.put(entry.getName(), zip.readAllBytes());
      }
    }
    byte[] text = entries.get(ARCHITECTURE);
    require(text != null, file, "is no network's file, or is cut off");
    require(new String(text, StandardCharsets.UTF_8).equals(architecture.text()), file, "is of another network");
    Network network = Network.of(architecture);
    for (Block block : architecture.blocks()) {
      byte[] npy = entries.get(block.name() + ".npy");
      byte[] header = header(block);
      require(npy != null && npy.length == header.length + block.size() * Double.BYTES
          && ByteBuffer.wrap(npy, 0, header.length).equals(ByteBuffer.wrap(header)), file,
          "has no " + block.rows() + " x " + block.columns() + " numbers for " + block.name());
      ByteBuffer.wrap(npy, header.length, block.size() * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN)
          .asDoubleBuffer().get(network.theta(), block.offset(), block.size());
    }
    return network;
  }

  private static void add(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  /** An array in NumPy's npy format, version 1.0. */
  private static byte[] npy(Block block, double[] theta) {
    byte[] header = header(block);
    ByteBuffer npy = ByteBuffer.allocate(header.length + block.size() * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    npy.put(header);
    npy.asDoubleBuffer().put(theta, block.offset(), block.size());
    return npy.array();
  }

  private static byte[] header(Block block) {
    String shape = block.columns() == 1 ? block.rows() + "," : block.rows() + ", " + block.columns();
    String text = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + shape + "), }";
    int before = MAGIC.length + Short.BYTES;
    int length = (before + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN).put(MAGIC)
        .putShort((short) (length - before)).put(text.getBytes(StandardCharsets.US_ASCII));
    while (header.position() < length - 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  private static void require(boolean condition, Path file, String otherwise) throws IOException {
    if (!condition) {
      throw new IOException("file " + file + " " + otherwise);
    }
  }
}
