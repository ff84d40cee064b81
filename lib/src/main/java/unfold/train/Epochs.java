package unfold.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.zip.CRC32;
import unfold.Check;
import unfold.engine.Batch;
import unfold.engine.Program;
import unfold.task.Score;
import unfold.task.TestSet;
import unfold.task.TrainingSet;

/**
 * Trains a network epoch by epoch on a finite set or along a text, and measures it after each.
 *
 * <pre>{@code
 * Adding adding = Adding.of(200);
 * History history = Epochs.with(Training.with(Optimizer.adam()).clip(0.5)).schedule(Schedule.constant(1e-3))
 *     .measuring("test", adding.set(1000, seed.split("test")))
 *     .checkpointing(Path.of("build/adding.bin"), 30)
 *     .watching((done, total, loss, so) -> bar.reach(done, so.toString(), loss))
 *     .run(60, program, net.theta(), adding.set(50_000, seed.split("train")).shuffled(32, seed));
 * }</pre>
 *
 * <p>It may be killed at any moment. Run again with the same checkpoint it goes on from there and ends with
 * the same bits as if it had never been broken off, {@code seconds} excepted; with a checkpoint that is
 * complete it returns at once.
 *
 * <p>States are carried from batch to batch if the training set or the settings say so, never from one epoch
 * to the next. (MCRM's programs carry them in PyTorch's cells even where sequences have nothing to do with
 * each other: settings that carry state, on a set of sequences in order.)
 */
public final class Epochs {

  /** Watches a training. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Sees the training after an update; a CancellationException ends it, with a checkpoint.
     *
     * @param updates how many updates have been made since the start
     * @param total how many will have been made at the end
     * @param loss the newest update's
     * @param history all epochs so far
     */
    void made(int updates, int total, double loss, History history);
  }

  private final Training.Settings settings;
  private final Schedule schedule;
  private final Map<String, TestSet> sets;
  private final Path checkpoint;
  private final double seconds;
  private final Progress progress;

  private Epochs(Training.Settings settings, Schedule schedule, Map<String, TestSet> sets, Path checkpoint,
      double seconds, Progress progress) {
    this.settings = settings;
    this.schedule = schedule;
    this.sets = sets;
    this.checkpoint = checkpoint;
    this.seconds = seconds;
    this.progress = progress;
  }

  /** Returns training in epochs with these settings, their own rate, nothing measured and no checkpoint. */
  public static Epochs with(Training.Settings settings) {
    return new Epochs(settings, null, Map.of(), null, 0, (updates, total, loss, history) -> { });
  }

  /** Returns this with a rate for each epoch, in place of the settings' for each update. */
  public Epochs schedule(Schedule schedule) {
    return new Epochs(settings, schedule, sets, checkpoint, seconds, progress);
  }

  /**
   * Returns this with a set more to measure after each epoch. The first is the validation set, whose losses a
   * schedule sees.
   *
   * @param name the set's name in the history, as {@code test}
   */
  public Epochs measuring(String name, TestSet set) {
    Map<String, TestSet> more = new LinkedHashMap<>(sets);
    Check.that(!name.equals("train"), "a measured set's name must not be 'train', the losses of the updates");
    Check.that(more.put(name, set) == null, "measured sets must have different names, but two are '%s'",
        name);
    return new Epochs(settings, schedule, more, checkpoint, seconds, progress);
  }

  /**
   * Returns this with a checkpoint, from which it goes on if the file is there. It stays at the end.
   *
   * @param file the file
   * @param seconds how long to train from one saving to the next, at least 0, which saves after every update
   */
  public Epochs checkpointing(Path file, double seconds) {
    Check.that(seconds >= 0, "the seconds between checkpoints must be at least 0, but were %s", seconds);
    return new Epochs(settings, schedule, sets, file, seconds, progress);
  }

  /** Returns this watched after each update. */
  public Epochs watching(Progress progress) {
    return new Epochs(settings, schedule, sets, checkpoint, seconds, progress);
  }

  /**
   * Trains until so many epochs are complete, counting those of the checkpoint, or the loss diverges.
   *
   * @param epochs how many epochs, at least 1
   * @param program the network's program
   * @param theta its parameters at the start, P numbers, which are changed in place; the same at the start
   *     when a checkpoint is there
   * @param set what it is trained on
   * @throws CancellationException if the thread is interrupted; what was done is in the checkpoint
   * @throws IOException if the checkpoint can't be read or written, or is of another training: of another
   *     network, optimiser, rate, clipping, start, data or list of measured sets; data are told by the first
   *     and the last batch of the first epoch
   */
  public History run(int epochs, Program program, double[] theta, TrainingSet set) throws IOException {
    Check.atLeast("the number of epochs", epochs, 1);
    return new Run(epochs, program, theta, set).toTheEnd();
  }

  /** One training. */
  private final class Run {
    private final int epochs;
    private final Program program;
    private final double[] theta;
    private final TrainingSet set;
    private final int batches;
    private final History history = new History(List.copyOf(sets.keySet()));
    private final Training training;
    private final String identity;
    private double rate;
    private long begun = System.nanoTime();
    private long saved = begun;

    Run(int epochs, Program program, double[] theta, TrainingSet set) {
      this.epochs = epochs;
      this.program = program;
      this.theta = theta;
      this.set = set;
      batches = set.batches();
      Training.Settings own = schedule == null ? settings : settings.rate(update -> rate);
      training = (set.carriesState() ? own.carryingState() : own).start(program, theta);
      identity = identity();
    }

    History toTheEnd() throws IOException {
      if (checkpoint != null && Files.exists(checkpoint)) {
        Checkpoint.load(checkpoint, training, this::goOnFrom);
      }
      boolean changed = false;
      try {
        while (history.epochs() < epochs && training.status(0) == Training.Status.RUNNING) {
          changed = true;
          epoch();
        }
      } catch (CancellationException e) {
        save();
        throw e;
      }
      if (changed) {
        save();
      }
      if (training.status(0) == Training.Status.DIVERGED) {
        history.diverge();
      }
      return history;
    }

    private void epoch() throws IOException {
      int epoch = history.epochs();
      int first = epoch * batches;
      rate = rateOf(epoch, validationLosses());
      while (training.updates() < first + batches) {
        if (training.updates() == first) {
          training.forgetStates();
        }
        training.run(training.updates() + 1, (run, update) -> set.batch(epoch, update - first));
        if (training.status(0) == Training.Status.DIVERGED) {
          return;
        }
        progress.made(training.updates(), Math.multiplyExact(epochs, batches), training.losses(0).last(),
            history);
        if (checkpoint != null && System.nanoTime() - saved >= seconds * 1e9) {
          save();
        }
      }
      List<Score> scores = new ArrayList<>();
      sets.values().forEach(each -> scores.add(each.score(program, theta)));
      history.add(training.updates(), rate, training.losses(0).mean(batches), scores, elapsed());
    }

    private double elapsed() {
      return (System.nanoTime() - begun) / 1e9;
    }

    private double[] validationLosses() {
      return sets.isEmpty() ? new double[0] : history.get(sets.keySet().iterator().next() + " loss");
    }

    private double rateOf(int epoch, double[] losses) {
      return schedule != null ? schedule.rate(epoch, losses) : settings.rate().applyAsDouble(epoch * batches);
    }

    private void save() throws IOException {
      if (checkpoint == null) {
        return;
      }
      ByteArrayOutputStream notes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(notes);
      out.writeUTF(identity);
      out.writeDouble(elapsed());
      history.write(out);
      Checkpoint.save(checkpoint, training, notes.toByteArray());
      saved = System.nanoTime();
    }

    /** Takes what a checkpoint says of the epochs, unless it is of another training. */
    private void goOnFrom(byte[] notes) throws IOException {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(notes));
      Checkpoint.require(notes.length > 0, checkpoint, "is of a training that is not in epochs");
      String stored = in.readUTF();
      Checkpoint.require(stored.equals(identity), checkpoint,
          "is of another training:\n" + stored + "\nwhere this one has\n" + identity);
      double before = in.readDouble();
      Checkpoint.require(history.read(in), checkpoint, "is of a training on which other sets were measured");
      double[] losses = validationLosses();
      double[] rates = history.get("rate");
      for (int e = 0; e < rates.length; e++) {
        double now = rateOf(e, Arrays.copyOf(losses, Math.min(e, losses.length)));
        Checkpoint.require(now == rates[e], checkpoint,
            "is of a training with the rate " + rates[e] + " in epoch "
            + (e + 1) + ", but this one's is " + now);
      }
      begun = System.nanoTime() - (long) (before * 1e9);
    }

    /**
     * What tells this training from another beside what every checkpoint holds: its start and its data above
     * all. Of the data two batches stand for all, so that no set is gone through before it is trained on; the
     * last one shows where a text or set goes on longer or otherwise.
     */
    private String identity() {
      Batch batch = set.batch(0, 0);
      CRC32 data = new CRC32();
      add(data, batch);
      add(data, set.batch(0, batches - 1));
      CRC32 start = new CRC32();
      add(start, theta);
      return String.format(Locale.ROOT, "start %x, first and last batch %x of %d, %d steps of %d sequences",
          start.getValue(), data.getValue(), batches, batch.steps(), batch.size())
          + (set.carriesState() || settings.carriesState() ? ", states carried" : "");
    }
  }

  private static void add(CRC32 sum, Batch batch) {
    add(sum, new int[] {batch.steps(), batch.size(), batch.carriedStep()});
    add(sum, batch.xTBI());
    add(sum, batch.iTB());
    add(sum, batch.sBS());
    add(sum, batch.yTBO());
    add(sum, batch.cTB());
    add(sum, batch.wTB());
  }

  private static void add(CRC32 sum, double[] array) {
    if (array != null) {
      ByteBuffer bytes = ByteBuffer.allocate(array.length * Double.BYTES);
      bytes.asDoubleBuffer().put(array);
      sum.update(bytes);
    }
  }

  private static void add(CRC32 sum, int[] array) {
    if (array != null) {
      ByteBuffer bytes = ByteBuffer.allocate(array.length * Integer.BYTES);
      bytes.asIntBuffer().put(array);
      sum.update(bytes);
    }
  }
}
