package sql

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"switchroom/account"
)

// secondFactor is the secret that a person's authenticator app has too. It counts once it is confirmed by a code.
type secondFactor struct {
	UserID      string     `gorm:"column:user_id;primaryKey"`
	Secret      string     `gorm:"column:secret"` // sealed
	CreatedAt   time.Time  `gorm:"column:created_at"`
	ConfirmedAt *time.Time `gorm:"column:confirmed_at"`
	LastStep    int64      `gorm:"column:last_step"` // of the last code that was used
}

// TableName implements gorm's Tabler.
func (secondFactor) TableName() string { return "second_factors" }

type recoveryCode struct {
	UserID string `gorm:"column:user_id;primaryKey"`
	Hash   string `gorm:"column:hash;primaryKey"`
}

// TableName implements gorm's Tabler.
func (recoveryCode) TableName() string { return "recovery_codes" }

func factorPlace(userID string) string { return "second_factors/" + userID + "/secret" }

// Factor tells whether a person's second factor is confirmed, and how many recovery codes are left.
func (s *Store) Factor(ctx context.Context, userID string) (confirmed bool, codes int, err error) {
	err = s.read(ctx, "look for a second factor", func(tx *gorm.DB) error {
		n, err := count(tx, &secondFactor{}, "user_id = ? AND confirmed_at IS NOT NULL", userID)
		if err != nil || n == 0 {
			return err
		}
		confirmed = true
		left, err := count(tx, &recoveryCode{}, "user_id = ?", userID)
		codes = int(left)
		return err
	})
	return confirmed, codes, err
}

// BeginFactor makes a new secret for a person, in the place of one that was not confirmed. Errors: *Error factor_exists; *seal.Error no_secret_key.
func (s *Store) BeginFactor(ctx context.Context, userID string) ([]byte, error) {
	secret := account.NewTOTPSecret()
	sealed, err := s.secrets.Seal(factorPlace(userID), secret)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, userID, "begin_second_factor", userID, func(tx *gorm.DB) (any, any, error) {
		n, err := count(tx, &secondFactor{}, "user_id = ? AND confirmed_at IS NOT NULL", userID)
		if err == nil && n > 0 {
			err = &Error{Slug: "factor_exists", Detail: "you have a second factor already; remove it before you set up another"}
		}
		if err == nil {
			err = tx.Where("user_id = ?", userID).Delete(&secondFactor{}).Error
		}
		if err != nil {
			return nil, nil, err
		}
		return nil, nil, tx.Create(&secondFactor{UserID: userID, Secret: sealed, CreatedAt: s.now().UTC()}).Error
	})
	return secret, err
}

// ConfirmFactor makes the second factor count from now on, if code is one of it, with recovery codes by their hashes. Errors: account.ErrUnknown, the code is wrong; *Error unknown_factor,
// none was begun, or it is confirmed already.
func (s *Store) ConfirmFactor(ctx context.Context, userID, code string, hashes []string) error {
	return s.change(ctx, userID, "confirm_second_factor", userID, func(tx *gorm.DB) (any, any, error) {
		row, err := factorOf(tx, userID)
		if err == nil && row.ConfirmedAt != nil {
			err = errNoFactor()
		}
		if err != nil {
			return nil, nil, err
		}
		step, good, err := s.checkCode(row, code)
		if err != nil || !good {
			return nil, nil, errors.Join(err, account.ErrUnknown)
		}
		now := s.now().UTC()
		row.ConfirmedAt, row.LastStep = &now, step
		codes := make([]recoveryCode, len(hashes))
		for i, h := range hashes {
			codes[i] = recoveryCode{UserID: userID, Hash: h}
		}
		if err := replace(tx, codes, "user_id = ?", userID); err != nil {
			return nil, nil, err
		}
		return nil, nil, put(tx, row, true)
	})
}

func errNoFactor() error {
	return &Error{Slug: "unknown_factor", Detail: "no second factor is being set up here; begin anew"}
}

func factorOf(tx *gorm.DB, userID string) (row secondFactor, err error) {
	err = locking(tx).Where("user_id = ?", userID).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		err = errNoFactor()
	}
	return row, err
}

func (s *Store) checkCode(row secondFactor, code string) (step int64, good bool, err error) {
	secret, err := s.secrets.Open(factorPlace(row.UserID), row.Secret)
	if err != nil {
		return 0, false, err
	}
	step, good = account.CheckTOTP(secret, code, s.now(), row.LastStep)
	return step, good, nil
}

// UseCode uses up a code of a person's confirmed second factor, or a recovery code, which is audited. Of several who send the same one at once one gets in. account.ErrUnknown: it is wrong, or
// was used. *seal.Error: the secret cannot be read here.
func (s *Store) UseCode(ctx context.Context, userID, code string) error {
	wrong := false
	err := s.write(ctx, "use a code", func(tx *gorm.DB) error {
		wrong = false
		row, err := factorOf(tx, userID)
		if err != nil {
			return err
		}
		step, good, err := s.checkCode(row, code)
		if err != nil {
			return err
		}
		if good {
			return tx.Model(&secondFactor{}).Where("user_id = ?", userID).Update("last_step", step).Error
		}
		used := tx.Where("user_id = ? AND hash = ?", userID, account.HashRecoveryCode(code)).Delete(&recoveryCode{})
		if wrong = used.RowsAffected == 0; used.Error != nil || wrong {
			return used.Error
		}
		return s.note(tx, userID, "use_recovery_code", userID, nil, nil)
	})
	if err == nil && wrong {
		err = account.ErrUnknown
	}
	return err
}

// RemoveFactor lets a person log in without a code again. An *Error unknown_factor: they have none.
func (s *Store) RemoveFactor(ctx context.Context, by, id string) error {
	return s.change(ctx, by, "remove_second_factor", id, func(tx *gorm.DB) (any, any, error) {
		if _, err := s.personOf(id)(tx); err != nil {
			return nil, nil, err
		}
		if _, err := factorOf(tx, id); err != nil {
			return nil, nil, &Error{Slug: "unknown_factor", Detail: "this person has no second factor"}
		}
		if err := tx.Where("user_id = ?", id).Delete(&recoveryCode{}).Error; err != nil {
			return nil, nil, err
		}
		return nil, nil, tx.Where("user_id = ?", id).Delete(&secondFactor{}).Error
	})
}
