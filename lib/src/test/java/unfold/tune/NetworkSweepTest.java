package unfold.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;
import unfold.Seed;
import unfold.cell.McrmCells;
import unfold.engine.Architecture;
import unfold.engine.Architecture.Kind;
import unfold.engine.Loss;
import unfold.engine.Program;
import unfold.net.Initializer;
import unfold.net.Network;
import unfold.task.FlaggedBits;
import unfold.train.Optimizer;
import unfold.train.Training;
import unfold.tune.Outcome.Status;

/** A sweep as a notebook would run it: rate and scale of a tanh RNN that is to report a flagged bit. */
class NetworkSweepTest {
  private static final FlaggedBits TASK = FlaggedBits.f1b(4);
  private static final Architecture NETWORK = Network.inputs(2).layer(McrmCells.rnn(), 8).readout(1)
      .loss(Loss.SQUARED_ERROR).architecture();
  private static final int UPDATES = 300;

  private static final SearchSpace SPACE = SearchSpace.empty().logUniform("rate", 1e-3, 30)
      .logUniform("recurrent scale", 0.01, 2).categorical("optimizer", "sgd", "momentum")
      .logit("momentum", 1, 4).onlyIf("optimizer", "momentum");
  private static final Tuner TUNER = GaussianProcessBandit.of(SPACE, Seed.of(1)).batch(2).starts(6);

  private static Outcome train(Settings settings, Seed seed, Experiment.Context context) {
    Optimizer optimizer =
        settings.has("momentum") ? Optimizer.momentum(settings.real("momentum")) : Optimizer.sgd();
    double[] theta = Network.of(NETWORK).initialize(Initializer.normalByFanIn(1)
        .but(Kind.RECURRENT, Initializer.normalByFanIn(settings.real("recurrent scale")))
        .but(Kind.BIAS, Initializer.constant(0)), seed.split("initial")).theta();
    Program program = context.program(NETWORK);
    Training training = Training.with(optimizer).rate(settings.real("rate")).start(program, theta);
    training.run(UPDATES, (run, update) -> TASK.batch(32, seed.split("train").split(update)));
    if (training.status(0) == Training.Status.DIVERGED) {
      return Outcome.infeasible("diverged at update " + training.updates()).steps(training.updates());
    }
    return Outcome.complete(program.loss(theta, TASK.batch(500, seed.split("validation"))))
        .evaluation(program.loss(theta, TASK.batch(500, seed.split("evaluation")))).steps(training.updates());
  }

  private static Sweep sweep(int threads) {
    return Sweep.of(TUNER, 24, NetworkSweepTest::train).seed(Seed.of(1)).threads(threads);
  }

  private static List<Trial> timeless(List<Trial> trials) {
    return trials.stream().map(trial -> trial.ended(trial.outcome(), 0)).toList();
  }

  @Test
  void isTheSameOnOneThreadOrTwoAndBrokenOff(@TempDir Path folder) {
    List<Trial> two = sweep(2).run();
    assertEquals(timeless(sweep(1).run()), timeless(two));
    Path file = folder.resolve("rnn.db");
    try (TrialStore store = TrialStore.open(file, TUNER, "RNN 8, F1B(4)")) {
      assertThrows(CancellationException.class, () -> sweep(2).store(store).listen(progress -> {
        if (progress.done() == 9) {
          Thread.currentThread().interrupt();
        }
      }).run());
      assertFalse(Thread.interrupted(), "the exception tells of the interrupt");
      assertTrue(store.trials().size() <= 11, store.trials().size() + " trials");
    }
    try (TrialStore store = TrialStore.open(file, TUNER, "RNN 8, F1B(4)")) {
      assertEquals(timeless(two), timeless(sweep(1).store(store).run()));
    }
    Table table = TrialStore.read(file);
    assertEquals(24, table.rowCount());
    // A network that knows nothing has a loss of 1/4; high rates diverge.
    assertTrue(table.doubleColumn("validation").min() < 0.05, table.printAll());
    assertTrue(table.stringColumn("status").isEqualTo(Status.INFEASIBLE.name()).size() >= 1,
        table.printAll());
    assertTrue(table.doubleColumn("evaluation").min() != table.doubleColumn("validation").min());
  }
}
