package sql

import (
	"context"
	"time"

	"switchroom/dialing"
	"switchroom/engine"
)

// seedOutbound gives the demo's service what it dials out with. There is no trunk: calls leave the machine only when an administrator has
// put one. Whether the service has outbound settings is asked of the audit trail, because every service begins with some.
func (s *Store) seedOutbound(ctx context.Context) error {
	return s.unless(ctx, &auditEntry{}, "what = 'put_outbound' AND target = ?", demoService, func() error {
		for _, n := range []engine.CallerID{
			{Number: "+827077770100", Label: "Demo", Default: true},
			{Number: "+82255550100", Label: "Demo, Seoul office"},
		} {
			if err := s.PutCallingNumber(ctx, seeder, demoService, n); err != nil {
				return err
			}
		}
		if err := s.PutDestinationRules(ctx, seeder, demoService, []dialing.Rule{
			{Action: dialing.Deny, Prefix: "+1900"}, {Action: dialing.Deny, Prefix: "+882"}, {Action: dialing.Allow, Prefix: "+49"}, {Action: dialing.Allow, Prefix: "+8210"},
		}); err != nil {
			return err
		}
		if err := s.PutEmergencyNumbers(ctx, seeder, []string{"112", "119"}); err != nil {
			return err
		}
		if err := s.seedFrequent(ctx); err != nil {
			return err
		}
		// Last, so that a seeding that broke off is done again.
		return s.PutOutbound(ctx, seeder, demoService, OutboundSettings{
			Country: "KR", FallbackQueue: "support", BusinessByNumber: true, HoldWarn: 2 * time.Minute, TransferRing: 20 * time.Second,
			ForwardCap: 2 * time.Hour, FarewellCap: 30 * time.Second,
		})
	})
}

func (s *Store) seedFrequent(ctx context.Context) error {
	for _, n := range []FrequentNumber{{Label: "Support", Number: "1001"}, {Label: "Warehouse", Number: "+82255550199"}} {
		n.Service = demoService
		err := s.unless(ctx, &frequentNumber{}, "service_id = 'demo' AND number = ?", n.Number, func() error {
			_, err := s.PutFrequent(ctx, seeder, n)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
