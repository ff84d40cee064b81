"""Our contestant for the first call: a reader in a notebook, who writes a cell of their own and trains it at once.

It runs in the environment of JupyterLab and starts the kernel that notebooks have. The kernel is up and has its
imports, the data are there, and nothing of the engine has been used when the cell is sent; the seconds in which the
reader writes it have passed. It answers the same lines as a peer.
"""

import json
import re
import sys
import time

from jupyter_client.manager import KernelManager

PATIENCE_SECONDS = 120
WRITING_SECONDS = 5  # The kernel is up at least so long before the cell is sent: nobody writes it faster.

DATA = """
double[] numbers(String file) throws java.io.IOException {
  var floats = java.nio.ByteBuffer.wrap(java.nio.file.Files.readAllBytes(java.nio.file.Path.of(%s, file)))
      .order(java.nio.ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  double[] numbers = new double[floats.remaining()];
  Arrays.setAll(numbers, floats::get);
  return numbers;
}
double[] x = numbers("x.f32");
double[] y = numbers("y.f32");
double[] theta = numbers("theta.f32");
"""

# What is timed. The equations are those of the UGRNN, so that the peers can check the loss.
TRAINED = """
Cell mine = Cell.define("mine", (eq, x, h) -> {
  Expr c = eq.let("c", tanh(eq.affine("c", h, x)));
  Expr g = eq.let("g", sigmoid(eq.affine("g", h, x).plus(eq.constant("b^fg", %(forgetBias)s))));
  return eq.next(h, g.times(h).plus(g.complement().times(c)));
});
Network net = Network.inputs(%(inputs)s).layer(mine, %(units)s)
    .readout(Architecture.Readout.linear(%(outputs)s)).loss(Loss.SQUARED_ERROR).build();
Program program = Engine.forTraining().compile(net.architecture());
Batch batch = Batch.of(%(steps)s, %(size)s, x).towardsLast(y);
double[] gradient = new double[theta.length];
double loss = program.gradient(theta, batch, gradient, null);
double norm = Gradients.clipByGlobalNorm(gradient, Double.POSITIVE_INFINITY);
Optimizer.Steps steps = Optimizer.sgd().start(theta.length);
steps.step(theta, gradient, 0.01);
List.of(loss, norm)
"""

TRACE = """
List<Double> trace(double seconds) {
  List<Double> times = new ArrayList<>();
  long begin = System.nanoTime();
  for (long now = begin; now - begin < seconds * 1e9; ) {
    program.gradient(theta, batch, gradient, null);
    steps.step(theta, gradient, 0);
    long end = System.nanoTime();
    times.add((end - now) * 1e-9);
    now = end;
  }
  return times;
}
trace(%s)
"""

VERSION = 'Engine.forTraining().name() + ", Java " + Runtime.version().feature()'


class Notebook:
    """A kernel as a notebook has it."""

    def __init__(self, kernel="unfold"):
        self.manager = KernelManager(kernel_name=kernel)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=PATIENCE_SECONDS)

    def run(self, code):
        """Runs a cell to its end; returns its value as text.

        Raises RuntimeError with what the kernel complains of.
        """
        values, errors = [], []

        def see(message):
            if message["msg_type"] == "execute_result":
                values.append(message["content"]["data"]["text/plain"])
            elif message["msg_type"] == "error":
                errors.append(message["content"]["evalue"] or message["content"]["ename"])

        self.client.execute_interactive(code, output_hook=see, timeout=PATIENCE_SECONDS, allow_stdin=False)
        if errors:
            raise RuntimeError(errors[0])
        return values[-1] if values else ""

    def prepare(self, folder):
        with open(folder + "/row.txt", encoding="utf-8") as file:
            row = dict(line.rstrip("\n").split("=", 1) for line in file)
        self.run(DATA % json.dumps(folder))
        time.sleep(WRITING_SECONDS)
        begin = time.perf_counter()
        loss, norm = numbers_in(self.run(TRAINED % row))
        first = time.perf_counter() - begin
        version = self.run(VERSION).strip('"')
        return {"check": {"loss": loss, "gradient": norm}, "first": first, "version": version}

    def trace(self, seconds):
        return {"seconds": numbers_in(self.run(TRACE % float(seconds)))}

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def numbers_in(text):
    return [float(number) for number in re.findall(r"-?\d[\d.]*(?:E-?\d+)?", text)]


def main():
    notebook = Notebook()
    try:
        for line in sys.stdin:
            command, _, argument = line.strip().partition(" ")
            try:
                answer = {"prepare": notebook.prepare, "trace": notebook.trace}[command](argument)
            except Exception as e:  # Whatever went wrong is the reason that the table names.
                answer = {"error": "%s: %s" % (type(e).__name__, (str(e).splitlines() or [""])[0])}
            print(json.dumps(answer), flush=True)
    finally:
        notebook.close()


if __name__ == "__main__":
    main()
