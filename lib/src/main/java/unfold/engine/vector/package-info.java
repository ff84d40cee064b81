/**
 * The compiled engine for CPUs: from a cell's equations it writes Java source on the Vector API, compiles it in memory and runs it.
 *
 * <p>Between two affine maps everything is one fused loop; affine maps are matrix products of our own. Results are the same
 * bits on any number of threads, any vector width and any JDK: every sum has one fixed order, elementary functions are
 * arithmetic of our own, and no block's size depends on the machine.
 *
 * <p>The classes that Maven compiles know nothing of the Vector API, so that they load where its module is not enabled.
 */
package unfold.engine.vector;
