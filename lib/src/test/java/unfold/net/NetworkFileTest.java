package unfold.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import unfold.Seed;
import unfold.cell.F1bCells;
import unfold.cell.McrmCells;

class NetworkFileTest {
  @TempDir Path folder;

  private static Network network(int units) {
    return Network.inputs(3).layers(2, McrmCells.gru(), units).readout(2).learnedInitialState().build()
        .initialize(Initializer.normal(1), Seed.of(1));
  }

  @Test
  void keepsEveryBit() throws IOException {
    Network net = network(5);
    net.theta()[0] = Double.MIN_VALUE;
    net.theta()[1] = -0.0;
    Path file = folder.resolve("new/net.npz");
    NetworkFile.save(file, net);
    assertArrayEquals(net.theta(), NetworkFile.load(file, net.architecture()).theta(), 0.0);
    byte[] bytes = Files.readAllBytes(file);
    NetworkFile.save(file, net);
    assertArrayEquals(bytes, Files.readAllBytes(file), "equal networks, equal files");
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertEquals(1, files.count(), "nothing is left beside the file");
    }
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path file = folder.resolve("net.npz");
    NetworkFile.save(file, network(5));
    assertMessage("is of another network", file, network(6));
    assertMessage("is of another network", file, Network.inputs(3).layers(2, F1bCells.gru(), 5).readout(2).build());
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, 20));
    assertThrows(IOException.class, () -> NetworkFile.load(file, network(5).architecture()));
    Files.write(file, new byte[100]);
    assertMessage("is no network's file", file, network(5));
    assertThrows(IOException.class, () -> NetworkFile.load(folder.resolve("none.npz"), network(5).architecture()));
  }

  private static void assertMessage(String words, Path file, Network expected) {
    String message = assertThrows(IOException.class, () -> NetworkFile.load(file, expected.architecture())).getMessage();
    assertTrue(message.contains(file + " " + words), message);
  }
}
