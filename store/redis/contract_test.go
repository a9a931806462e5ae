package redis_test

import (
	"fmt"
	"testing"

	"switchroom/engine"
	"switchroom/engine/enginetest"
)

// TestContract is what the engine's store in memory passes too.
func TestContract(t *testing.T) {
	enginetest.TestStore(t, func(t *testing.T) engine.Store {
		return open(t, server.Addr(), fmt.Sprintf("contract-%d", worlds.Add(1)))
	})
}
