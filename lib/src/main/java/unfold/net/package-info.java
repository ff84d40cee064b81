/**
 * Networks: an {@link unfold.engine.Architecture} together with its numbers. {@link unfold.net.Network} builds them and reads and
 * writes their parameters by name, {@link unfold.net.Initializer} starts them as the papers do, {@link unfold.net.Sizing} finds
 * how many units fit a number of parameters, {@link unfold.net.NetworkDiagram} draws them.
 */
package unfold.net;
