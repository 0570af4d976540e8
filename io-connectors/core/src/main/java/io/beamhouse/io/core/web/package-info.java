/** Files on web servers, as a Hadoop file system that reads. */
package io.beamhouse.io.core.web;
