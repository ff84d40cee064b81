package unfold;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are there as a whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /** What a file is to hold. */
  @FunctionalInterface
  public interface Content {
    /** Writes it to a stream that is not buffered, and leaves it open. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes bytes; see {@link #write(Path, Content)}. */
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, out -> out.write(bytes));
  }

  /**
   * Writes beside the file and, once that is on the disk, moves it there: whoever reads it reads the old or the new one,
   * never half of one. Its folder is made if it is missing.
   */
  public static void write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path beside = target.resolveSibling(target.getFileName() + ".part");
    try (FileOutputStream out = new FileOutputStream(beside.toFile())) {
      content.writeTo(out);
      out.getFD().sync();
    }
    Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
