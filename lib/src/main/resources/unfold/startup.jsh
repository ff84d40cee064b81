import java.util.*;
import java.util.function.*;
import java.util.stream.*;
import tech.tablesaw.api.*;
import tech.tablesaw.plotly.components.*;
import tech.tablesaw.plotly.traces.*;
import unfold.*;
import unfold.analysis.*;
import unfold.cell.*;
import unfold.engine.*;
import unfold.engine.djl.*;
import unfold.net.*;
import unfold.plot.*;
import unfold.report.*;
import unfold.task.*;
import unfold.train.*;
import static unfold.cell.Expr.*;
void show(Object value) { display(value); }
unfold.plot.Notebook.install();
