package sql

import (
	"context"

	"gorm.io/gorm"

	"switchroom/settings"
)

// RecordSettings is what a service sets about its tickets and calls.
func (s *Store) RecordSettings(ctx context.Context, serviceID string) (settings.Records, error) {
	return look(ctx, s, "load the settings of records of "+serviceID, recordSettingsOf(serviceID))
}

// SetRecordSettings replaces it.
func (s *Store) SetRecordSettings(ctx context.Context, by, serviceID, version string, v settings.Records) (settings.Records, error) {
	if err := v.Check(); err != nil {
		return v, err
	}
	return revise(ctx, s, by, "set_record_settings", serviceID, version, recordSettingsOf(serviceID), func(tx *gorm.DB, _ settings.Records) error {
		if err := tx.Model(&serviceRecords{}).Where("id = ?", serviceID).Update("retention_days", v.RetentionDays).Error; err != nil {
			return err
		}
		rows := make([]serviceDisposition, len(v.Dispositions))
		for i, label := range v.Dispositions {
			rows[i] = serviceDisposition{ServiceID: serviceID, Position: i + 1, Label: label}
		}
		return replace(tx, rows, "service_id = ?", serviceID)
	})
}

func recordSettingsOf(serviceID string) loader[settings.Records] {
	return func(tx *gorm.DB) (settings.Records, error) {
		var row serviceRecords
		if err := tx.Where("id = ?", serviceID).Take(&row).Error; err != nil {
			return settings.Records{}, absent(err, "unknown_service", "there is no service with this ID")
		}
		list, err := dispositionsOf(tx, serviceID)
		return settings.Seal(settings.Records{Dispositions: list, RetentionDays: row.RetentionDays}), err
	}
}

func dispositionsOf(tx *gorm.DB, serviceID string) ([]string, error) {
	list := []string{}
	err := tx.Model(&serviceDisposition{}).Where("service_id = ?", serviceID).Order("position").Pluck("label", &list).Error
	return list, err
}
