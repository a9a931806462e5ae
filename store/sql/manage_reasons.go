package sql

import (
	"context"

	"gorm.io/gorm"

	"switchroom/agent"
	"switchroom/settings"
)

// StatusReasons are a service's reasons for Business and Rest.
func (s *Store) StatusReasons(ctx context.Context, serviceID string) (settings.Reasons, error) {
	return look(ctx, s, "load the reasons of "+serviceID, reasonsOf(serviceID))
}

// SetStatusReasons replaces them. Who has chosen one keeps it.
func (s *Store) SetStatusReasons(ctx context.Context, by, serviceID, version string, v settings.Reasons) (settings.Reasons, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "set_status_reasons", serviceID, version, reasonsOf(serviceID), func(tx *gorm.DB, _ settings.Reasons) error {
		if err := tx.Model(&serviceReasons{}).Where("id = ?", serviceID).Update("reason_required", v.Required).Error; err != nil {
			return err
		}
		rows := make([]statusReason, len(v.Reasons.Reasons))
		for i, r := range v.Reasons.Reasons {
			rows[i] = statusReason{ServiceID: serviceID, Code: r.Code, Position: i + 1, Name: r.Name, Active: r.Active}
			for _, status := range r.Statuses {
				rows[i].Business = rows[i].Business || status == agent.Business
				rows[i].Rest = rows[i].Rest || status == agent.Rest
			}
		}
		return replace(tx, rows, "service_id = ?", serviceID)
	})
}

func reasonsOf(serviceID string) loader[settings.Reasons] {
	return func(tx *gorm.DB) (settings.Reasons, error) {
		var row serviceReasons
		if err := tx.Where("id = ?", serviceID).Take(&row).Error; err != nil {
			return settings.Reasons{}, absent(err, "unknown_service", "there is no service with this ID")
		}
		var rows []statusReason
		if err := tx.Where("service_id = ?", serviceID).Order("position").Find(&rows).Error; err != nil {
			return settings.Reasons{}, err
		}
		out := settings.Reasons{Reasons: agent.Reasons{Required: row.ReasonRequired, Reasons: []agent.Reason{}}}
		for _, r := range rows {
			reason := agent.Reason{Code: r.Code, Name: r.Name, Active: r.Active}
			if r.Business {
				reason.Statuses = append(reason.Statuses, agent.Business)
			}
			if r.Rest {
				reason.Statuses = append(reason.Statuses, agent.Rest)
			}
			out.Reasons.Reasons = append(out.Reasons.Reasons, reason)
		}
		return settings.Seal(out), nil
	}
}
