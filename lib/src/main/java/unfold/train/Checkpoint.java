package unfold.train;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import unfold.Check;

/**
 * A training on disk: parameters, what the optimiser remembers, losses and carried states. A training resumed from it
 * ends with the same bits as one never broken off, since batches are a function of the update alone.
 */
public final class Checkpoint {
  private static final String FORMAT = "unfold training 1";

  private Checkpoint() {}

  /** Writes a training beside the file, then moves it there: the file is the old or the new one, never half of one. */
  public static void save(Path file, Training training) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(FORMAT);
      out.writeUTF(training.program().architecture().text());
      out.writeInt(training.updates());
      out.writeInt(training.size());
      for (Training.Run run : training.runs()) {
        out.writeUTF(run.status.name());
        write(out, run.losses.toArray());
        write(out, run.theta);
        out.writeBoolean(run.finalBS != null);
        if (run.finalBS != null) {
          write(out, run.finalBS);
        }
        double[][] memory = run.steps.memory();
        out.writeInt(memory.length);
        for (double[] array : memory) {
          write(out, array);
        }
      }
      CRC32 sum = new CRC32();
      sum.update(bytes.toByteArray());
      out.writeLong(sum.getValue());
    }
    Path target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path beside = target.resolveSibling(target.getFileName() + ".part");
    try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING)) {
      java.nio.ByteBuffer buffer = java.nio.ByteBuffer.wrap(bytes.toByteArray());
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(beside, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Brings a training just started, with the same architecture, optimiser and number of runs, to where the file's was.
   *
   * @throws IOException if the file can't be read, is damaged, or is of another training
   */
  public static void load(Path file, Training training) throws IOException {
    Check.that(training.updates() == 0, "a checkpoint is loaded into a training just started, but this one has made"
        + " %d updates", training.updates());
    byte[] bytes = Files.readAllBytes(file);
    CRC32 sum = new CRC32();
    sum.update(bytes, 0, Math.max(0, bytes.length - Long.BYTES));
    try (DataInputStream in = new DataInputStream(new java.io.ByteArrayInputStream(bytes))) {
      long expected = bytes.length < Long.BYTES ? -1
          : java.nio.ByteBuffer.wrap(bytes, bytes.length - Long.BYTES, Long.BYTES).getLong();
      require(sum.getValue() == expected, file, "is damaged: its checksum does not match");
      require(in.readUTF().equals(FORMAT), file, "is no checkpoint of this version");
      require(in.readUTF().equals(training.program().architecture().text()), file,
          "is of another network");
      int updates = in.readInt();
      require(in.readInt() == training.size(), file, "is of another number of runs");
      for (Training.Run run : training.runs()) {
        run.status = Training.Status.valueOf(in.readUTF());
        run.losses = new Losses(read(in, -1));
        copy(read(in, run.theta.length), run.theta);
        run.finalBS = in.readBoolean() ? read(in, -1) : null;
        double[][] memory = run.steps.memory();
        require(in.readInt() == memory.length, file, "is of another optimiser");
        for (double[] array : memory) {
          copy(read(in, array.length), array);
        }
      }
      training.resumeAt(updates);
    }
  }

  private static void require(boolean condition, Path file, String otherwise) throws IOException {
    if (!condition) {
      throw new IOException("checkpoint " + file + " " + otherwise);
    }
  }

  private static void write(DataOutputStream out, double[] array) throws IOException {
    out.writeInt(array.length);
    for (double v : array) {
      out.writeDouble(v);
    }
  }

  private static double[] read(DataInputStream in, int expected) throws IOException {
    int length = in.readInt();
    if (expected >= 0 && length != expected) {
      throw new IOException("a checkpoint's array has " + length + " numbers where " + expected + " are needed");
    }
    double[] array = new double[length];
    for (int i = 0; i < length; i++) {
      array[i] = in.readDouble();
    }
    return array;
  }

  private static void copy(double[] from, double[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }
}
