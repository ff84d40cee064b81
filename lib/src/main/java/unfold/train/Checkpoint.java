package unfold.train;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import unfold.AtomicFile;
import unfold.Check;

/**
 * A training on disk: parameters, what the optimiser remembers, losses and carried states. A training resumed
 * from it ends with the same bits as one never broken off, since batches are a function of the update alone.
 */
public final class Checkpoint {
  private static final String FORMAT = "unfold training 2";

  private Checkpoint() {}

  /** Takes what else a checkpoint holds. */
  @FunctionalInterface
  interface Notes {
    /** Takes them, or throws if they are of another training. */
    void take(byte[] notes) throws IOException;
  }

  /** What a file says of a run. */
  private record Saved(Training.Status status, double[] losses, double[] theta, double[] finalBS,
      double[][] memory) {}

  /** Writes a training; see {@link AtomicFile}. */
  public static void save(Path file, Training training) throws IOException {
    save(file, training, new byte[0]);
  }

  /** Writes a training with some bytes more. */
  static void save(Path file, Training training, byte[] notes) throws IOException {
    AtomicFile.write(file, bytes -> {
      CRC32 sum = new CRC32();
      DataOutputStream out = new DataOutputStream(
          new BufferedOutputStream(new CheckedOutputStream(bytes, sum), 1 << 16));
      write(out, training, notes);
      out.flush();
      out.writeLong(sum.getValue());
      out.flush();
    });
  }

  private static void write(DataOutputStream out, Training training, byte[] notes) throws IOException {
    out.writeUTF(FORMAT);
    writeText(out, training.program().architecture().text());
    writeText(out, training.settings().text());
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
    out.writeInt(notes.length);
    out.write(notes);
  }

  /**
   * Brings a training just started, with the same architecture, settings and number of runs, to where the
   * file's was. Only once all of the file has been read and found to fit is anything changed.
   *
   * @throws IOException if the file can't be read, is damaged, or is of another training
   */
  public static void load(Path file, Training training) throws IOException {
    load(file, training, notes -> require(notes.length == 0, file, "is of a training in epochs"));
  }

  /** Loads a training; the notes are taken when all else has been found to fit. */
  static void load(Path file, Training training, Notes notes) throws IOException {
    Check.that(training.updates() == 0,
        "a checkpoint is loaded into a training just started, but this one has made"
        + " %d updates", training.updates());
    checkSum(file);
    List<Saved> runs = new ArrayList<>();
    int updates;
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file),
        1 << 16))) {
      require(in.readUTF().equals(FORMAT), file, "is no checkpoint of this version");
      require(readText(in).equals(training.program().architecture().text()), file, "is of another network");
      String settings = readText(in);
      require(settings.equals(training.settings().text()), file, "is of another optimiser or other settings, "
          + settings + ", where this training has " + training.settings().text());
      updates = in.readInt();
      require(in.readInt() == training.size(), file, "is of another number of runs");
      for (Training.Run run : training.runs()) {
        Saved saved = read(in);
        runs.add(saved);
        require(saved.theta.length == run.theta.length && alike(saved.memory, run.steps.memory()), file,
            "is of another optimiser");
      }
      notes.take(in.readNBytes(in.readInt()));
    }
    for (int r = 0; r < runs.size(); r++) {
      Saved saved = runs.get(r);
      Training.Run run = training.runs().get(r);
      run.status = saved.status;
      run.losses = new Losses(saved.losses);
      run.finalBS = saved.finalBS;
      copy(saved.theta, run.theta);
      double[][] memory = run.steps.memory();
      for (int i = 0; i < memory.length; i++) {
        copy(saved.memory[i], memory[i]);
      }
    }
    training.resumeAt(updates);
  }

  /** Throws unless the file ends with the checksum of all before. */
  private static void checkSum(Path file) throws IOException {
    long length = Files.size(file) - Long.BYTES;
    CRC32 sum = new CRC32();
    boolean intact = false;
    try (InputStream bytes = Files.newInputStream(file)) {
      if (length > 0) {
        new CheckedInputStream(bytes, sum).skipNBytes(length);
        intact = new DataInputStream(bytes).readLong() == sum.getValue();
      }
    } catch (EOFException e) {
      // It has been cut in the meantime.
    }
    require(intact, file, "is damaged: its checksum does not match");
  }

  private static Saved read(DataInputStream in) throws IOException {
    Training.Status status = Training.Status.valueOf(in.readUTF());
    double[] losses = readArray(in);
    double[] theta = readArray(in);
    double[] finalBS = in.readBoolean() ? readArray(in) : null;
    double[][] memory = new double[in.readInt()][];
    for (int i = 0; i < memory.length; i++) {
      memory[i] = readArray(in);
    }
    return new Saved(status, losses, theta, finalBS, memory);
  }

  private static boolean alike(double[][] a, double[][] b) {
    boolean alike = a.length == b.length;
    for (int i = 0; alike && i < a.length; i++) {
      alike = a[i].length == b[i].length;
    }
    return alike;
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
  }

  static void require(boolean condition, Path file, String otherwise) throws IOException {
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

  private static double[] readArray(DataInputStream in) throws IOException {
    double[] array = new double[in.readInt()];
    for (int i = 0; i < array.length; i++) {
      array[i] = in.readDouble();
    }
    return array;
  }

  private static void copy(double[] from, double[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }
}
