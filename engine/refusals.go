package engine

import (
	"context"
	"slices"
)

// audited are the codes of refusals that belong into the audit trail: somebody tried to reach what is not theirs. All others are everyday life.
var audited = []string{"not_yours", "no_permission", "outbound_off", "caller_id_not_registered", "destination_denied"}

// refuse notes a refusal, beside the answer: nobody waits for the database, and a refusal stands without it. It returns err.
func (e *Engine) refuse(agentID, what, target string, err error) error {
	code := slugOf(err)
	if err == nil || !slices.Contains(audited, code) {
		return err
	}
	e.log.Warn("refused", "agent", agentID, "what", what, "target", target, "code", code)
	e.beside(func() {
		ctx, cancel := context.WithTimeout(e.life, databaseWithin)
		defer cancel()
		if err := e.opt.Ledger.Refused(ctx, Refusal{Agent: agentID, What: what, Target: target, Code: code}); err != nil && e.life.Err() == nil {
			e.log.Error("note a refusal in the audit trail", "agent", agentID, "what", what, "target", target, "code", code, "err", err)
		}
	})
	return err
}
