/** What connectors share: storage, state, published files and the increment contract. */
package io.beamhouse.io.core;
