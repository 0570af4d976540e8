/** How a sink commits an unbounded collection: pane by pane, each once. */
package io.beamhouse.io.core.pane;
