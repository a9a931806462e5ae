package enginetest_test

import (
	"testing"

	"switchroom/engine"
	"switchroom/engine/enginetest"
)

func TestTheStoreInMemoryKeepsTheContract(t *testing.T) {
	enginetest.TestStore(t, func(*testing.T) engine.Store { return enginetest.NewStore() })
}

func TestTheSwitchInMemoryKeepsTheContract(t *testing.T) {
	enginetest.TestSwitch(t, func(t testing.TB) enginetest.SwitchBench {
		s := enginetest.NewSwitch()
		s.Broken = t.Errorf
		return enginetest.SwitchBench{
			Switch: s, Run: s.Run,
			CallIn: func(testing.TB) func() {
				id := s.CallIn("sales")
				return func() { s.HangUp(id) }
			},
			Phone: func(_ testing.TB, endpoint string, r enginetest.Reaction) enginetest.Handset {
				s.React(endpoint, enginetest.Always(r))
				s.Register(endpoint, true)
				return enginetest.Handset{
					HoldKey: func(_ testing.TB, on bool) { s.HoldKey(endpoint, on) },
					Digits:  func() string { return s.Told(s.Legs(endpoint)[0]).Digits },
				}
			},
		}
	})
}
